//! What `auditor log` found.

use super::Language;
use super::document::{Document, Report, Section};
use base64ct::{Base64, Encoding as _};
use crypto_core::directory::Checkpoint;
use crypto_core::wire::{B64, DeploymentId};
use serde::Serialize;
use std::time::{Duration, UNIX_EPOCH};

/// What is not as it must be. The names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogProblem {
    /// Not a checkpoint that this log has signed.
    Checkpoint,
    /// The log is shorter than before.
    RolledBack,
    /// The log does not go on with the one of before.
    TwoHistories,
    /// An epoch is not shown.
    EpochMissing,
    /// An epoch took something away, or changed it.
    NotAppendOnly,
    /// The epochs shown are not those of the log that is signed.
    OtherEpochs,
    /// An entry is not shown.
    EntryMissing,
    /// An entry is none.
    EntryForm,
    /// An entry breaks the rules of the chain.
    Chain,
    /// The policy names other keys.
    OtherKeys,
    /// A subject is not proved.
    NotProven,
    /// A certificate is not the one in the tree.
    OtherCertificate,
    /// An entry was entered when its issuer was not the newest.
    Order,
    /// The tree has something that no entry accounts for.
    NotShown,
    /// Entries are removed of an account that was not closed.
    RemovedNotClosed,
    /// Entries are removed before an auditor who looks every month could see them.
    RemovedTooEarly,
}

impl LogProblem {
    const fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::Checkpoint => language.of(
                "Der Prüfpunkt ist nicht vom Protokoll unterschrieben",
                "The checkpoint is not signed by the log",
            ),
            Self::RolledBack => language.of(
                "Das Verzeichnis ist älter als beim letzten Mal",
                "The directory is older than the last time",
            ),
            Self::TwoHistories => language.of(
                "Das Verzeichnis setzt nicht fort, was gezeigt worden ist: es gibt zwei Verläufe",
                "The directory does not go on with what was shown: there are two histories",
            ),
            Self::EpochMissing => language.of("Ein Stand wird nicht gezeigt", "An epoch is not shown"),
            Self::NotAppendOnly => language.of(
                "Ein Stand nimmt etwas weg oder ändert etwas",
                "An epoch takes something away or changes it",
            ),
            Self::OtherEpochs => language.of(
                "Die gezeigten Stände sind nicht die, die unterschrieben sind",
                "The epochs shown are not those that are signed",
            ),
            Self::EntryMissing => language.of("Ein Eintrag wird nicht gezeigt", "An entry is not shown"),
            Self::EntryForm => language.of("Ein Eintrag ist keiner", "An entry is none"),
            Self::Chain => language
                .of("Ein Eintrag verletzt die Regeln der Kette", "An entry breaks the rules of the chain"),
            Self::OtherKeys => language.of(
                "Die Richtlinie nennt andere Schlüssel als die des Servers",
                "The policy names other keys than the server's",
            ),
            Self::NotProven => {
                language.of("Der Nachweis einer Adresse fehlt oder gilt nicht", "An address is not proved")
            }
            Self::OtherCertificate => language.of(
                "Ein gezeigtes Zertifikat ist nicht das im Verzeichnis",
                "A certificate shown is not the one in the directory",
            ),
            Self::Order => language.of(
                "Ein Eintrag steht, wo sein Aussteller nicht mehr oder noch nicht galt",
                "An entry stands where its issuer was not, or no longer, the newest",
            ),
            Self::NotShown => language.of(
                "Im Verzeichnis steht etwas, das nicht gezeigt wird",
                "The directory has something that is not shown",
            ),
            Self::RemovedNotClosed => language.of(
                "Einträge sind entfernt, obwohl ihr Postfach nicht gelöscht worden ist",
                "Entries are removed though their mailbox was not deleted",
            ),
            Self::RemovedTooEarly => language.of(
                "Ein Eintrag ist entfernt, bevor er zu sehen war",
                "An entry is removed before it could be seen",
            ),
        }
    }
}

/// Something that is not as it must be, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogFinding {
    /// What.
    pub problem: LogProblem,
    /// Number of an epoch or entry, sizes of the log, or an address.
    pub place: String,
}

/// A checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Epochs in the log.
    pub size: u64,
    /// Root of the log.
    pub root: B64,
}

impl Seen {
    pub(crate) fn of(checkpoint: &Checkpoint) -> Self {
        Self { size: checkpoint.size, root: B64(checkpoint.root.to_vec()) }
    }

    fn shown(&self) -> String {
        format!("{} ({})", self.size, base64(&self.root))
    }
}

/// What an entry means for who has which keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// The organisation's first key.
    FirstRoot,
    /// Another one.
    NewRoot,
    /// Witnesses and keys.
    Policy,
    /// Somebody is an administrator.
    Administrator,
    /// Somebody is staff.
    Staff,
    /// Somebody is a partner, at an address whose account had ended.
    Partner,
    /// Somebody else issued new keys.
    Reset,
    /// An administrator named deputies.
    Deputed,
    /// The person left.
    RevokedLeft,
    /// The keys are lost.
    RevokedLost,
    /// Somebody else has the keys.
    RevokedStolen,
    /// The address changed.
    Moved,
    /// The account was deleted.
    Closed,
}

impl EventKind {
    const fn name(self, language: Language) -> &'static str {
        match self {
            Self::FirstRoot => {
                language.of("erster Schlüssel der Organisation", "the organisation's first key")
            }
            Self::NewRoot => language.of("neuer Schlüssel der Organisation", "new key of the organisation"),
            Self::Policy => {
                language.of("Richtlinie (nötige/benannte Zeugen)", "policy (witnesses needed/named)")
            }
            Self::Administrator => language.of("Administration erteilt", "made an administrator"),
            Self::Staff => language.of("Beschäftigte/r aufgenommen", "made staff"),
            Self::Partner => language.of("Partner/in aufgenommen", "made a partner"),
            Self::Reset => language.of("neue Schlüssel ausgestellt", "new keys issued"),
            Self::Deputed => language.of("Vertretung bestimmt", "deputies named"),
            Self::RevokedLeft => language.of("gesperrt: ausgeschieden", "revoked: left"),
            Self::RevokedLost => language.of("gesperrt: Schlüssel verloren", "revoked: keys lost"),
            Self::RevokedStolen => language.of("gesperrt: Schlüssel gestohlen", "revoked: keys stolen"),
            Self::Moved => language.of("Adresse geändert", "address changed"),
            Self::Closed => language.of("Postfach gelöscht", "mailbox deleted"),
        }
    }
}

/// An entry that an auditor is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEvent {
    /// Its number.
    pub entry: u64,
    /// In which epoch it stands.
    pub epoch: Option<u64>,
    /// What it means.
    pub kind: EventKind,
    /// Whose: an address, `root`, or the revision of the policy.
    pub subject: String,
    /// Whether the address had an account before that has ended.
    pub again: bool,
    /// Who signed it; empty: the server.
    pub by: String,
    /// When, by the clock of who signed it; ms since 1970.
    pub at_ms: Option<u64>,
}

/// What became of the own signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "cosigned", content = "witness")]
pub enum Cosigned {
    /// There is no witness's key, or something was found.
    No,
    /// The server took it.
    Taken(String),
    /// The organisation's policy does not name this witness.
    NotNamed(String),
}

/// What a look at the log found.
#[derive(Debug, Clone, Serialize)]
pub struct LogReport {
    /// Version of the auditor.
    pub auditor: &'static str,
    /// Of the server.
    pub url: String,
    /// The installation.
    pub deployment: DeploymentId,
    /// That signs checkpoints.
    pub log_key: B64,
    /// Fingerprint of the organisation's key in force.
    pub root: Option<String>,
    /// The last time.
    pub before: Option<Seen>,
    /// Now.
    pub now: Option<Seen>,
    /// Since the last time.
    pub new_epochs: usize,
    /// All of them; none without an auditor's token.
    pub entries: Option<usize>,
    /// How many of them are removed, with their accounts.
    pub removed: usize,
    /// Since the last time.
    pub new_entries: usize,
    /// How many of them are certificates of new partners.
    pub new_partners: usize,
    /// What they mean.
    pub events: Vec<LogEvent>,
    /// The own signature.
    pub cosigned: Cosigned,
    /// What is not as it must be.
    pub findings: Vec<LogFinding>,
}

impl LogReport {
    pub(crate) fn of(url: &str, deployment: &DeploymentId, log_key: &[u8; 32], before: Option<Seen>) -> Self {
        Self {
            auditor: env!("CARGO_PKG_VERSION"),
            url: url.to_owned(),
            deployment: *deployment,
            log_key: B64(log_key.to_vec()),
            root: None,
            before,
            now: None,
            new_epochs: 0,
            entries: None,
            removed: 0,
            new_entries: 0,
            new_partners: 0,
            events: Vec::new(),
            cosigned: Cosigned::No,
            findings: Vec::new(),
        }
    }

    fn facts(&self, language: Language) -> Vec<Vec<String>> {
        let t = |german: &str, english: &str| language.of(german, english).to_owned();
        let none = || "–".to_owned();
        let shown = |seen: &Option<Seen>| seen.as_ref().map_or_else(none, Seen::shown);
        let entries = match self.entries {
            Some(entries) => format!(
                "{entries} ({} {}, {} {})",
                self.new_entries,
                language.of("neu", "new"),
                self.removed,
                language.of("entfernt", "removed")
            ),
            None => t("nicht angesehen", "not looked at"),
        };
        let partners = self.entries.map_or_else(none, |_| self.new_partners.to_string());
        let cosigned = match &self.cosigned {
            Cosigned::No => none(),
            Cosigned::Taken(name) => format!("{name}: {}", language.of("angenommen", "taken")),
            Cosigned::NotNamed(name) => format!(
                "{name}: {}",
                language
                    .of("die Richtlinie nennt diesen Zeugen nicht", "the policy does not name this witness")
            ),
        };
        let root = self.root.clone().unwrap_or_else(none);
        vec![
            vec![t("Installation", "Installation"), self.deployment.to_string()],
            vec![t("Schlüssel des Protokolls", "Key of the log"), base64(&self.log_key)],
            vec![t("Schlüssel der Organisation", "Key of the organisation"), root],
            vec![t("Zuletzt", "Before"), shown(&self.before)],
            vec![t("Jetzt", "Now"), shown(&self.now)],
            vec![t("Neue Stände", "New epochs"), self.new_epochs.to_string()],
            vec![t("Einträge", "Entries"), entries],
            vec![t("Neue Partner", "New partners"), partners],
            vec![t("Eigene Unterschrift", "Own signature"), cosigned],
        ]
    }

    fn verdict(&self, language: Language) -> String {
        if let Some(finding) = self.findings.first() {
            let place =
                if finding.place.is_empty() { String::new() } else { format!(" ({})", finding.place) };
            let sentence = finding.problem.sentence(language);
            return match language {
                Language::De => format!("Ergebnis: Befund. {sentence}{place}."),
                Language::En => format!("Verdict: finding. {sentence}{place}."),
            };
        }
        let german = "Ergebnis: kein Befund. Das Verzeichnis setzt fort, was gezeigt worden ist";
        let english = "Verdict: no finding. The directory goes on with what was shown";
        match (language, self.entries) {
            (Language::De, Some(_)) => format!("{german}, und jeder Eintrag steht darin, kein anderer."),
            (Language::De, None) => format!("{german}."),
            (Language::En, Some(_)) => format!("{english}, and every entry stands in it and no other."),
            (Language::En, None) => format!("{english}."),
        }
    }
}

impl Report for LogReport {
    fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn document(&self, language: Language) -> Document {
        let t = |german, english| language.of(german, english);
        let server = t("der Server", "the server");
        let again = t(", nach einem früheren Konto", ", after another account");
        let rows = self.events.iter().map(|event| {
            vec![
                event.entry.to_string(),
                event.at_ms.map_or_else(|| "–".into(), time),
                format!("{}{}", event.kind.name(language), if event.again { again } else { "" }),
                event.subject.clone(),
                if event.by.is_empty() { server.to_owned() } else { event.by.clone() },
            ]
        });
        let head = [
            t("Eintrag", "Entry"),
            t("Zeit", "Time"),
            t("Was", "What"),
            t("Wessen", "Whose"),
            t("Von wem", "By whom"),
        ];
        Document {
            title: format!("{} {}", t("Schlüsselverzeichnis von", "Key directory of"), self.url),
            verdict: self.verdict(language),
            is_clean: self.is_clean(),
            sections: vec![
                Section::of_facts(t("Protokoll", "Log"), self.facts(language)),
                Section::new(t("Ereignisse", "Events"), &head, rows.collect()),
            ],
        }
    }
}

fn base64(bytes: &B64) -> String {
    Base64::encode_string(&bytes.0)
}

pub(crate) fn time(at_ms: u64) -> String {
    let at = UNIX_EPOCH.checked_add(Duration::from_millis(at_ms));
    // Beyond the year 9999 it cannot be written.
    let at = at.filter(|_| at_ms < 253_402_300_800_000);
    at.map_or_else(|| at_ms.to_string(), |at| humantime::format_rfc3339_seconds(at).to_string())
}
