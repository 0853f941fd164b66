//! Reports: for people on a terminal, as JSON for programs, as HTML to be printed.

pub mod client;
mod document;
pub mod log;
mod meaning;
mod output;
mod tables;
mod text;

pub use document::{Document, Report, Section, told, visible};
pub use output::Output;

pub use crypto_core::wire::records::Class;

use serde::Serialize;

/// In which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// One of two.
    #[must_use]
    pub const fn of<'a>(self, german: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::De => german,
            Self::En => english,
        }
    }
}

pub(crate) const fn class_name(class: Class, language: Language) -> &'static str {
    match class {
        Class::Metadata => language.of("Metadaten", "metadata"),
        Class::PublicKey => language.of("öffentlicher Schlüssel", "public key"),
        Class::Credential => {
            language.of("Zugangsdaten, gehasht oder verpackt", "credential, hashed or wrapped")
        }
        Class::Ciphertext => language.of("Chiffrat", "ciphertext"),
    }
}

/// A sort of ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sealed {
    /// Everything secret of an account.
    Bundle,
    /// Bundle keys.
    WrappedKey,
    /// What an account keeps for itself.
    Settings,
    /// Drafts.
    Draft,
    /// Keys of messages, in headers and grants.
    ContentKey,
    /// Signatures of messages.
    Signature,
    /// Parts of messages.
    Part,
    /// The organisation's key on its way to an administrator.
    RootSeed,
}

impl Sealed {
    pub(crate) const fn name(self, language: Language) -> &'static str {
        match self {
            Self::Bundle => language.of("Schlüsselbunde", "key bundles"),
            Self::WrappedKey => language.of("verpackte Schlüssel", "wrapped keys"),
            Self::Settings => language.of("Einstellungen", "settings"),
            Self::Draft => language.of("Entwürfe", "drafts"),
            Self::ContentKey => language.of("Nachrichtenschlüssel", "keys of messages"),
            Self::Signature => language.of("Signaturen", "signatures"),
            Self::Part => language.of("Nachrichtenteile", "parts of messages"),
            Self::RootSeed => language.of("Schlüssel der Organisation", "the organisation's key"),
        }
    }
}

/// What is not as it must be. The names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// The record that every server's store has is not there.
    NoDeployment,
    /// A tree that the product does not make.
    UnknownTree,
    /// A key that the product does not make.
    UnknownKey,
    /// A record of a kind that is not in the list.
    UnknownKind,
    /// A field that is not in the list.
    UnknownField,
    /// Not the one encoding that CBOR's deterministic form (RFC 8949, section 4.2) allows, or bytes after it.
    Encoding,
    /// A long value lacks a piece.
    MissingChunk,
    /// A piece that belongs to no value.
    StrayChunk,
    /// Ciphertext has not the form of ciphertext.
    CiphertextForm,
    /// Ciphertext has another length than is said.
    CiphertextLength,
    /// Ciphertext has another hash than is said.
    CiphertextHash,
    /// Header and record of a message differ.
    HeaderMismatch,
    /// Bytes that must look random do not.
    NotRandom,
    /// A file, link or empty folder that the product does not make.
    UnknownFile,
    /// A part of a message that nothing names.
    StrayPart,
}

impl Problem {
    pub(crate) const fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::NoDeployment => {
                language.of("Die Datenbank ist leer oder beschädigt", "The database is empty or damaged")
            }
            Self::UnknownTree => language.of("Unbekannter Datenbankbaum", "Unknown tree"),
            Self::UnknownKey => {
                language.of("Unbekannter Schlüssel in der Datenbank", "Unknown key in the store")
            }
            Self::UnknownKind => language.of("Unbekannte Art von Datensatz", "Unknown kind of record"),
            Self::UnknownField => language.of("Unbekanntes Feld", "Unknown field"),
            Self::Encoding => language
                .of("Abweichende Kodierung oder überzählige Bytes", "Other encoding, or bytes left over"),
            Self::MissingChunk => {
                language.of("Einem langen Wert fehlt ein Stück", "A long value lacks a piece")
            }
            Self::StrayChunk => language.of("Ein Stück gehört zu keinem Wert", "A piece belongs to no value"),
            Self::CiphertextForm => language.of(
                "Ein Chiffrat hat nicht die Form eines Chiffrats",
                "Ciphertext has not the form of ciphertext",
            ),
            Self::CiphertextLength => language.of(
                "Ein Chiffrat hat eine andere Länge als angegeben",
                "Ciphertext has another length than is said",
            ),
            Self::CiphertextHash => language.of(
                "Ein Chiffrat hat eine andere Prüfsumme als angegeben",
                "Ciphertext has another hash than is said",
            ),
            Self::HeaderMismatch => language.of(
                "Kopf und Datensatz einer Nachricht weichen voneinander ab",
                "Header and record of a message differ",
            ),
            Self::NotRandom => {
                language.of("Ein Chiffrat sieht nicht zufällig aus", "Ciphertext does not look random")
            }
            Self::UnknownFile => {
                language.of("Unbekannte Datei oder unbekannter Ordner", "Unknown file or folder")
            }
            Self::StrayPart => {
                language.of("Ein Nachrichtenteil, den nichts nennt", "A part of a message that nothing names")
            }
        }
    }
}

/// Something that is not as it must be, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub problem: Problem,
    /// Tree, key or file.
    pub place: String,
    /// More about it.
    pub detail: String,
}

/// A tree of the store.
#[derive(Debug, Clone, Serialize)]
pub struct Tree {
    /// Its name.
    pub name: String,
    /// Keys in it.
    pub keys: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
}

/// A kind of record.
#[derive(Debug, Clone, Serialize)]
pub struct KindReport {
    /// First byte of its keys.
    pub kind: u8,
    /// Its name.
    pub name: &'static str,
    /// How many there are.
    pub records: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
    /// Its fields.
    pub fields: Vec<FieldReport>,
}

/// A field of a kind of record.
#[derive(Debug, Clone, Serialize)]
pub struct FieldReport {
    /// CBOR key.
    pub number: u32,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub class: Class,
    /// In how many records it is.
    pub present: u64,
    /// Bytes of its values.
    pub bytes: u64,
}

/// Files of one sort.
#[derive(Debug, Clone, Serialize)]
pub struct Files {
    /// Which, by their folder.
    pub folder: &'static str,
    /// What they are.
    pub class: Class,
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// How random the ciphertext of one sort looks.
#[derive(Debug, Clone, Serialize)]
pub struct Randomness {
    /// Which.
    pub what: Sealed,
    /// How many of them.
    pub samples: u64,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Deviation of the frequencies of byte values from equal ones, in standard deviations of the χ² distribution with
    /// 255 degrees of freedom. Of random bytes it lies between −5 and 5.
    pub chi_square_deviation: Option<f64>,
}

/// A record that is about an account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountRecord {
    /// Name of the kind.
    pub kind: &'static str,
    /// Its key in hexadecimal.
    pub key: String,
    /// Name, class and value of each field; sealed ones by their length.
    pub fields: Vec<(&'static str, Class, String)>,
}

/// What the server knows about an account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountReport {
    /// Canonical.
    pub address: String,
    /// Who has it, and who had it when they ended, in hexadecimal.
    pub accounts: Vec<String>,
    /// Everything that names one of them, the address or its hash.
    pub records: Vec<AccountRecord>,
}

/// What lies in a data directory.
#[derive(Debug, Clone, Serialize)]
pub struct StoreReport {
    /// Version of the auditor.
    pub auditor: &'static str,
    /// The folder.
    pub data: String,
    /// Its trees.
    pub trees: Vec<Tree>,
    /// Every kind of record that is known, whether or not there is one.
    pub kinds: Vec<KindReport>,
    /// Files beside the store.
    pub files: Vec<Files>,
    /// Ciphertexts that were looked at one by one.
    pub ciphertexts: u64,
    /// How random it looks.
    pub randomness: Vec<Randomness>,
    /// What is not as it must be.
    pub findings: Vec<Finding>,
    /// The account that was asked for.
    pub account: Option<AccountReport>,
}

impl Report for StoreReport {
    fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn document(&self, language: Language) -> Document {
        tables::document(self, language)
    }

    fn text(&self, language: Language) -> String {
        text::text(self, language)
    }
}
