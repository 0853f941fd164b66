//! What each kind of record is, for people who are told what is known of them (Article 15 DSGVO).

use super::Language;
use crypto_core::wire::records::{Kind, RECORDS};

/// A kind of record in a few words; nothing for a name that there is not.
pub(super) fn meaning(kind: &str, language: Language) -> &'static str {
    let Some(known) = RECORDS.iter().find(|it| it.name == kind) else { return "" };
    let (german, english) = match known.kind {
        Kind::Deployment => {
            ("Angaben zur Installation des Portals", "Facts about this installation of the portal")
        }
        Kind::Portal => {
            ("Die Organisation, die das Portal betreibt", "The organisation that runs the portal")
        }
        Kind::SetupLink => ("Der Link zur ersten Einrichtung", "The link for the first set-up"),
        Kind::Account => (
            "Das Konto: Adresse, Rolle, Sprache, letzte Anmeldung",
            "The account: address, role, language, last sign-in",
        ),
        Kind::AddressIndex => ("Zu welchem Konto die Adresse gehört", "Which account the address belongs to"),
        Kind::Credential => (
            "Woran das Kennwort geprüft wird; das Kennwort selbst ist nicht bekannt",
            "What the password is checked against; the password itself is not known",
        ),
        Kind::Bundle => (
            "Die persönlichen Schlüssel, mit dem Kennwort verschlüsselt",
            "The personal keys, encrypted with the password",
        ),
        Kind::Entry => ("Ein Zertifikat der öffentlichen Schlüssel", "A certificate of the public keys"),
        Kind::EntryIndex => ("Wo dieses Zertifikat steht", "Where that certificate stands"),
        Kind::History => {
            ("Die Folge der Zertifikate dieser Adresse", "The sequence of this address's certificates")
        }
        Kind::EntryCounter => ("Ein Zähler der Zertifikate", "A counter of certificates"),
        Kind::Session => ("Eine Anmeldung, die noch gilt", "A sign-in that is still valid"),
        Kind::SessionIndex => {
            ("Zu welchem Konto eine Anmeldung gehört", "Which account a sign-in belongs to")
        }
        Kind::Upload => ("Eine Übertragung, die noch läuft", "An upload under way"),
        Kind::UploadPart => ("Wie weit ein Teil übertragen ist", "How far a part is uploaded"),
        Kind::UploadIndex => {
            ("Zu welchem Konto eine Übertragung gehört", "Which account an upload belongs to")
        }
        Kind::Part => (
            "Ein verschlüsselter Teil einer Nachricht: Text oder Anhang",
            "An encrypted part of a message: text or attachment",
        ),
        Kind::Message => (
            "Eine Nachricht: wer an wen, wann, wie groß; ihr Inhalt ist verschlüsselt",
            "A message: who to whom, when, how large; its content is encrypted",
        ),
        Kind::Holding => (
            "Dass die Nachricht in diesem Postfach liegt, und wann sie geöffnet wurde",
            "That the message is in this mailbox, and when it was opened",
        ),
        Kind::FolderIndex => ("In welchem Ordner sie liegt", "Which folder it is in"),
        Kind::Acquaintance => {
            ("Mit wem dieses Konto Nachrichten austauscht", "With whom this account exchanges messages")
        }
        Kind::InvitationIndex => (
            "Wen dieses Konto eingeladen hat, oder wer es einlud",
            "Whom this account invited, or who invited it",
        ),
        Kind::Usage => {
            ("Belegter Speicher und Zahl der Einladungen", "Storage used, and number of invitations")
        }
        Kind::Colleague => {
            ("Dass jemand bei der Organisation arbeitet", "That somebody works for the organisation")
        }
        Kind::Mail => (
            "Eine Benachrichtigung per E-Mail, ohne Inhalt der Nachricht",
            "A notification by e-mail, without content of the message",
        ),
        Kind::Settings => (
            "Persönliche Einstellungen und Kontakte, verschlüsselt",
            "Personal settings and contacts, encrypted",
        ),
        Kind::Closed => ("Ein Konto, das beendet ist", "An account that has ended"),
        Kind::ExpiryIndex => ("Wann die Nachricht gelöscht wird", "When the message will be deleted"),
        Kind::ReminderMark => ("Bis wohin erinnert wurde", "Up to where reminders were sent"),
        Kind::InactivityWarning => {
            ("Dass vor dem Ende des Kontos gewarnt wurde", "That a warning of the account's end was sent")
        }
        Kind::MailFailure => {
            ("Eine E-Mail, die nicht zugestellt werden konnte", "An e-mail that could not be delivered")
        }
        Kind::SecurityEvent => (
            "Ein Ereignis der Sicherheit, zum Beispiel ein neues Kennwort",
            "An event of security, a new password for example",
        ),
        Kind::MessageGrants => (
            "Für wen die Nachricht zusätzlich zugänglich gemacht wurde",
            "For whom else the message was made accessible",
        ),
        Kind::RecoveryKey => (
            "Woran der Wiederherstellungscode geprüft wird; der Code selbst ist nicht bekannt",
            "What the recovery code is checked against; the code itself is not known",
        ),
        Kind::PasswordRequest => {
            ("Dass ein neues Kennwort erbeten wurde", "That a new password was asked for")
        }
        Kind::Reset => (
            "Dass neue Schlüssel ausgestellt wurden, wann und von wem",
            "That new keys were issued, when and by whom",
        ),
        Kind::PasswordDemand => ("Dass ein neues Kennwort verlangt wird", "That a new password is required"),
        Kind::SecondFactor => ("Der zweite Faktor der Anmeldung", "The second factor of the sign-in"),
        Kind::Draft => ("Ein Entwurf, verschlüsselt", "A draft, encrypted"),
        Kind::Delivery => (
            "Wann ein Empfänger die Nachricht öffnete und speicherte",
            "When a recipient opened and saved the message",
        ),
        Kind::BinIndex => {
            ("Seit wann die Nachricht im Papierkorb liegt", "Since when the message is in the bin")
        }
        Kind::Lock => (
            "Dass das Konto gesperrt ist, seit wann und von wem",
            "That the account is locked, since when and by whom",
        ),
        Kind::RootShare => (
            "Der Schlüssel der Organisation auf dem Weg zu einer Verwaltung, verschlüsselt",
            "The organisation's key on its way to an administrator, encrypted",
        ),
        Kind::Rules => ("Grenzen und Texte des Portals", "Limits and texts of the portal"),
        Kind::DirectoryTree => ("Stand des Schlüsselverzeichnisses", "State of the key directory"),
        Kind::DirectoryNode => ("Ein Knoten des Schlüsselverzeichnisses", "A node of the key directory"),
        Kind::DirectoryVersion => (
            "Ein Stand dieser Adresse im Schlüsselverzeichnis",
            "A version of this address in the key directory",
        ),
        Kind::Epoch => (
            "Ein veröffentlichter Stand des Schlüsselverzeichnisses",
            "A published state of the key directory",
        ),
        Kind::EpochProof => {
            ("Der Beweis, dass dabei nichts verändert wurde", "The proof that nothing was changed by it")
        }
        Kind::LogNode => ("Ein Knoten des Protokolls dieser Stände", "A node of the log of these states"),
        Kind::Cosignature => ("Die Unterschrift eines Zeugen dazu", "A witness's signature of it"),
        Kind::Resignation => {
            ("Dass eine Vertretung vorzeitig beendet wurde", "That a deputyship was ended early")
        }
        Kind::RemovedEntry => ("Dass ein Zertifikat entfernt wurde", "That a certificate was removed"),
    };
    language.of(german, english)
}
