//! `demo-seed --url URL --setup-link LINK --mail-dir DIR`: fills a new portal as people would, through the
//! sdk alone, and prints the accounts as JSON. The mails that leave on the way are the server's own; their
//! directory is named only so that a missing one is noticed early.

use crypto_core::wire::api::Texts;
use serde_json::json;
use tests::actors::{Person, answer, join, partner, read_newest, set_up, staff_member, write};
use tests::documents::{pdf, png, xlsx};

const ORGANISATION: &str = "Knappschaft-Bahn-See (Demo)";

struct Account {
    role: &'static str,
    name: &'static str,
    address: &'static str,
    password: &'static str,
}

const ADMIN: Account = Account {
    role: "Administration",
    name: "Andrea Admin",
    address: "admin@kbs-demo.example",
    password: "Demo-Admin-2026!",
};
const SCHMIDT: Account = Account {
    role: "KBS",
    name: "Sabine Schmidt",
    address: "sabine.schmidt@kbs-demo.example",
    password: "Demo-Schmidt-2026!",
};
const WOLF: Account = Account {
    role: "KBS",
    name: "Karsten Wolf",
    address: "karsten.wolf@kbs-demo.example",
    password: "Demo-Wolf-2026!",
};
const YILMAZ: Account = Account {
    role: "Partner",
    name: "Bildungswerk Ruhr, Frau Yılmaz",
    address: "e.yilmaz@bildungswerk-ruhr.example",
    password: "Demo-Yilmaz-2026!",
};
const MUELLER: Account = Account {
    role: "Partner",
    name: "Jobwerkstatt Saar, Herr Müller",
    address: "t.mueller@jobwerkstatt-saar.example",
    password: "Demo-Mueller-2026!",
};

#[tokio::main]
async fn main() {
    let url = argument("--url");
    let link = argument("--setup-link");
    let mails = argument("--mail-dir");
    assert!(std::path::Path::new(&mails).is_dir(), "--mail-dir {mails} is no directory");
    eprintln!("  Organisation und Administration …");
    let admin = set_up(&url, &link, ORGANISATION, ADMIN.name, ADMIN.address, ADMIN.password).await;
    tell_of_itself(&admin).await;
    eprintln!("  Beschäftigte …");
    let schmidt = join(&admin, &staff_member(SCHMIDT.address, SCHMIDT.name), SCHMIDT.password).await;
    let wolf = join(&admin, &staff_member(WOLF.address, WOLF.name), WOLF.password).await;
    eprintln!("  Partner …");
    let yilmaz = join(&schmidt, &partner(YILMAZ.address), YILMAZ.password).await;
    let mueller = join(&wolf, &partner(MUELLER.address), MUELLER.password).await;
    eprintln!("  Nachrichten …");
    correspond(&schmidt, &wolf, &yilmaz, &mueller).await;
    let accounts: Vec<_> = [ADMIN, SCHMIDT, WOLF, YILMAZ, MUELLER]
        .iter()
        .map(|it| json!({ "role": it.role, "name": it.name, "address": it.address, "password": it.password }))
        .collect();
    println!("{}", json!({ "accounts": accounts }));
}

/// The texts that an administrator would write first.
async fn tell_of_itself(admin: &Person) {
    let mut rules = admin.rules().await.expect("rules");
    rules.texts = Texts {
        help_de: "Fragen zum Zugang: Montag bis Freitag, 8 bis 16 Uhr, 0000 123-456".into(),
        help_en: "Questions about access: Monday to Friday, 8 am to 4 pm, 0000 123-456".into(),
        imprint_de: "Knappschaft-Bahn-See (Demo)\nMusterstraße 1\n00000 Musterstadt\n\nVertreten durch: Andrea Admin\n\
                     E-Mail: admin@kbs-demo.example\n\nDieses Portal ist eine Vorführung; Personen und Anschriften sind erfunden."
            .into(),
        imprint_en: "Knappschaft-Bahn-See (Demo)\nMusterstraße 1\n00000 Musterstadt, Germany\n\nRepresented by: Andrea Admin\n\
                     E-mail: admin@kbs-demo.example\n\nThis portal is a demonstration; people and addresses are invented."
            .into(),
        privacy_de: "Knappschaft-Bahn-See (Demo), Musterstraße 1, 00000 Musterstadt, admin@kbs-demo.example\n\
                     Datenschutzbeauftragte: datenschutz@kbs-demo.example\n\
                     Rechtsgrundlage: Artikel 6 Absatz 1 Buchstabe e DSGVO. Empfänger: niemand außer denen, an die Sie schreiben."
            .into(),
        privacy_en: "Knappschaft-Bahn-See (Demo), Musterstraße 1, 00000 Musterstadt, Germany, admin@kbs-demo.example\n\
                     Data protection officer: datenschutz@kbs-demo.example\n\
                     Legal basis: Article 6(1)(e) GDPR. Recipients: nobody but those you write to."
            .into(),
        alternatives_de: "Post: Musterstraße 1, 00000 Musterstadt\n\
             Unterlagen hochladen: ZUWES, https://zuwes.kbs-demo.example\n\
             Verschlüsselung auf Domainebene (S/MIME oder OpenPGP): gateway@kbs-demo.example, Telefon 0000 000-000; der \
             öffentliche Schlüssel der KBS liegt unter https://kbs-demo.example/schluessel."
            .into(),
        alternatives_en: "Post: Musterstraße 1, 00000 Musterstadt, Germany\n\
             Upload of documents: ZUWES, https://zuwes.kbs-demo.example\n\
             Encryption between domains (S/MIME or OpenPGP): gateway@kbs-demo.example, phone 0000 000-000; the public \
             key of the KBS is at https://kbs-demo.example/schluessel."
            .into(),
        accessibility_de: "Barrieren melden: barrierefrei@kbs-demo.example".into(),
        accessibility_en: "Report barriers: barrierefrei@kbs-demo.example".into(),
    };
    admin.set_rules(&rules).await.expect("texts");
}

async fn correspond(schmidt: &Person, wolf: &Person, yilmaz: &Person, mueller: &Person) {
    write(
        schmidt,
        &[YILMAZ.address],
        "Zuwendungsbescheid zum Projekt „Neustart 45plus“",
        "Sehr geehrte Frau Yılmaz,\n\nanbei erhalten Sie den **Zuwendungsbescheid** und die Vorlage für den ersten \
         Mittelabruf.\n\nBitte beachten Sie:\n\n- Der Mittelabruf ist bis zum 15. des Folgemonats einzureichen.\n\
         - Belege bitte als PDF oder Bild, je Position eine Datei.\n\nMit freundlichen Grüßen\n\nSabine Schmidt",
        &[("Zuwendungsbescheid Neustart 45plus.pdf", &bescheid()), ("Vorlage Mittelabruf.xlsx", &mittelabruf())],
    )
    .await
    .expect("message");
    let (asked, _) = read_newest(yilmaz).await.expect("message");
    answer(
        yilmaz,
        Some(asked.message),
        &[SCHMIDT.address],
        "AW: Zuwendungsbescheid zum Projekt „Neustart 45plus“",
        "Sehr geehrte Frau Schmidt,\n\nvielen Dank für den Bescheid. Den ersten Beleg (Raummiete Oktober) sende ich Ihnen \
         vorab als Foto.\n\nMit freundlichen Grüßen\n\nElif Yılmaz",
        &[("Beleg Raummiete Oktober.png", &png(900, 1200))],
    )
    .await
    .expect("message");
    write(
        wolf,
        &[MUELLER.address],
        "Rückfrage zu den Teilnehmendenlisten",
        "Sehr geehrter Herr Müller,\n\nin der Liste für **September** fehlen bei drei Personen die Eintrittsdaten. Können Sie \
         uns eine ergänzte Fassung schicken?\n\nMit freundlichen Grüßen\n\nKarsten Wolf",
        &[],
    )
    .await
    .expect("message");
    let (asked, _) = read_newest(mueller).await.expect("message");
    answer(
        mueller,
        Some(asked.message),
        &[WOLF.address],
        "AW: Rückfrage zu den Teilnehmendenlisten",
        "Sehr geehrter Herr Wolf,\n\ndie ergänzte Liste ist angehängt.\n\nViele Grüße\n\nThomas Müller",
        &[("Teilnehmende September (ergänzt).xlsx", &teilnehmende())],
    )
    .await
    .expect("message");
    write(
        wolf,
        &[SCHMIDT.address],
        "Vertretung in der 48. Kalenderwoche",
        "Hallo Sabine,\n\nkannst du in der 48. KW die Mittelabrufe der *Jobwerkstatt Saar* mit ansehen?\n\nDanke und Grüße\n\nKarsten",
        &[],
    )
    .await
    .expect("message");
}

fn bescheid() -> Vec<u8> {
    pdf(
        "Zuwendungsbescheid (Muster)",
        &[
            "Projekt: Neustart 45plus",
            "Träger: Bildungswerk Ruhr (erfunden)",
            "",
            "Auf Ihren Antrag bewilligen wir für den Zeitraum vom 01.10.2026 bis 30.09.2028",
            "eine nicht rückzahlbare Zuwendung in Höhe von bis zu 248.600,00 EUR.",
            "",
            "Dieses Dokument gehört zu einer Vorführung. Es hat keine rechtliche Wirkung.",
        ],
    )
}

fn mittelabruf() -> Vec<u8> {
    xlsx(
        "Mittelabruf",
        &[
            &["Position", "Beschreibung", "Betrag in EUR"],
            &["1", "Personalkosten", "12450.5"],
            &["2", "Raummiete", "1800"],
            &["3", "Sachkosten & Lehrmittel", "930.25"],
        ],
    )
}

fn teilnehmende() -> Vec<u8> {
    xlsx(
        "September",
        &[
            &["Nr.", "Kürzel", "Eintritt"],
            &["1", "A. B.", "01.09.2026"],
            &["2", "Ç. D.", "03.09.2026"],
            &["3", "E. Ö.", "15.09.2026"],
        ],
    )
}

fn argument(name: &str) -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).unwrap_or_else(|| {
        panic!("usage: demo-seed --url URL --setup-link LINK --mail-dir DIR ({name} is missing)")
    })
}
