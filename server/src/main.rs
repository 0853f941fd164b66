//! The server's command line: `serve`, `setup-link`, `admin-link`, `check`, `backup`, `restore`.

use clap::{Args, Parser, Subcommand};
use server::backup;
use server::blobs::Blobs;
use server::config::{Config, Flags};
use server::directory;
use server::jobs;
use server::notify::Outbox;
use server::serve::{self, Tls};
use server::service::setup;
use server::state::AppState;
use server::store::SledStore;
use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use url::Url;

/// How long requests under way may take when the server stops.
const STOP: Duration = Duration::from_secs(10);

/// The end-to-end encrypted mailbox portal.
#[derive(Parser)]
#[command(name = "server", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the portal until SIGTERM or SIGINT.
    Serve(Options),
    /// Prints a new one-time set-up link; an earlier one ends. The server must not be running.
    SetupLink(Options),
    /// Prints a one-time link, good for 24 hours, by which whoever has the printed copy of the organisation's key makes
    /// a new administrator. The server must not be running.
    AdminLink(Options),
    /// Says whether metadata store and parts agree. The server must not be running.
    Check {
        /// Metadata store and parts.
        #[arg(long)]
        data: PathBuf,
        /// Sets right what can be made anew from other records, and removes what nothing names.
        #[arg(long)]
        mend: bool,
    },
    /// Writes everything but the server's secrets to a file, while the server runs or not.
    Backup {
        /// Metadata store and parts.
        #[arg(long)]
        data: PathBuf,
        /// A file that is not there yet.
        #[arg(long)]
        to: PathBuf,
    },
    /// Makes a data directory from a backup.
    Restore {
        /// The backup.
        #[arg(long)]
        from: PathBuf,
        /// A directory that is not there yet, or empty.
        #[arg(long)]
        data: PathBuf,
    },
}

#[derive(Args)]
struct Options {
    /// A TOML file. The environment (`KBS__SECTION__KEY`) wins over it.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Metadata store and parts.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The server's own secrets, outside of the data directory.
    #[arg(long)]
    secrets: Option<PathBuf>,
    /// Address and port.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// What people type into their browser.
    #[arg(long)]
    public_url: Option<Url>,
}

type Outcome = Result<ExitCode, Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve(options) => serve(options).await,
        Command::SetupLink(options) => setup_link(options).await,
        Command::AdminLink(options) => admin_link(options).await,
        Command::Check { data, mend } => check(&data, mend).await,
        Command::Backup { data, to } => saved(&data, &to).await,
        Command::Restore { from, data } => restored(&from, &data).await,
    };
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "error: {error}");
        ExitCode::FAILURE
    })
}

async fn serve(options: Options) -> Outcome {
    let config = options.load()?;
    log_to_stderr();
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("`listen` {}: {error}", config.listen))?;
    let listening = listener.local_addr()?;
    let public_url = config.public_url(listening);
    let tls = Tls::load(&config.tls)?.map(Arc::new);
    let state = AppState::open(config, public_url).await?;
    let outbox = Outbox::new(state.clone())?;
    stop_on_signal(&state)?;
    catch_up(&state).await?;
    say(&format!("listening on {}://{listening}", state.config.scheme()))?;
    print_setup_link(&state).await?;
    let mail = tokio::spawn(outbox.run());
    let sweeping = tokio::spawn(jobs::run(state.clone()));
    let publishing = tokio::spawn(directory::run(state.clone()));
    let control = tokio::spawn(backup::listen(state.clone()));
    reload_on_signal(tls.clone())?;
    let app = server::build(state.clone());
    let stopping = state.stopping.clone();
    let graceful = serve::serve(listener, app, &state.config, tls, stopping.clone());
    let impatient = async {
        stopping.cancelled().await;
        tokio::time::sleep(STOP).await;
    };
    tokio::select! {
        () = graceful => {}
        () = impatient => tracing::warn!("requests under way were cut off"),
    }
    let _ = tokio::time::timeout(STOP, futures::future::join4(mail, sweeping, control, publishing)).await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Takes into the key directory what is not in it yet: all that an earlier version of the server left, at the first
/// start of this one.
async fn catch_up(state: &AppState) -> Result<(), directory::DirectoryError> {
    let epochs = state.directory.publish(state.now_ms()).await?;
    if epochs > 0 {
        tracing::info!(epochs, "the key directory has caught up");
    }
    Ok(())
}

async fn setup_link(options: Options) -> Outcome {
    let state = options.open().await?;
    if print_setup_link(&state).await? {
        Ok(ExitCode::SUCCESS)
    } else {
        Err("the portal is set up; there is no link any more".into())
    }
}

async fn admin_link(options: Options) -> Outcome {
    let state = options.open().await?;
    let token = setup::make_restore_token(&state).await?.ok_or("the portal is not set up yet")?;
    say(&format!("link for a new administrator: {}/setup#restore={token}", state.public_url))?;
    Ok(ExitCode::SUCCESS)
}

async fn saved(data: &Path, to: &Path) -> Outcome {
    let taken = backup::take_from(data, to).await?;
    say(&format!("{} records and {} pieces saved", taken.records, taken.pieces))?;
    Ok(ExitCode::SUCCESS)
}

async fn restored(from: &Path, data: &Path) -> Outcome {
    let taken = backup::restore(from, data).await?;
    say(&format!("{} records and {} pieces restored", taken.records, taken.pieces))?;
    Ok(ExitCode::SUCCESS)
}

async fn check(data: &Path, mend: bool) -> Outcome {
    let metadata = data.join("metadata");
    if !metadata.is_dir() {
        return Err(format!("{} is no data directory", data.display()).into());
    }
    let store = SledStore::open(&metadata)?;
    let blobs = Blobs::in_directory(&data.join("parts"))?;
    let report = jobs::check::examine(&store, &blobs, mend).await?;
    for line in &report.mended {
        say(&format!("mended: {line}"))?;
    }
    for difference in &report.differences {
        say(difference)?;
    }
    let differences = report.differences;
    if differences.is_empty() {
        say("store and parts agree")?;
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("{} differences", differences.len()))?;
    Ok(ExitCode::FAILURE)
}

/// Prints a link if no organisation exists, and says whether it did.
async fn print_setup_link(state: &AppState) -> Result<bool, Box<dyn Error>> {
    let token = setup::make_token(state).await?;
    if let Some(token) = &token {
        say(&format!("set-up link: {}/setup#{token}", state.public_url))?;
    }
    Ok(token.is_some())
}

fn stop_on_signal(state: &AppState) -> std::io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stopping = state.stopping.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stopping.cancel();
    });
    Ok(())
}

/// SIGHUP: the certificate's files are read again.
fn reload_on_signal(tls: Option<Arc<Tls>>) -> std::io::Result<()> {
    let mut reload = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while reload.recv().await.is_some() {
            match tls.as_ref().map(|tls| tls.reload()) {
                Some(Err(error)) => tracing::error!(%error, "the certificate stays as it was"),
                Some(Ok(())) => tracing::info!("the certificate was read again"),
                None => {}
            }
        }
    });
    Ok(())
}

/// `KBS_LOG` chooses what is logged, in the way of `RUST_LOG`.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("KBS_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_span_list(false)
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .init();
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

impl Options {
    fn load(self) -> Result<Config, server::config::ConfigError> {
        let flags = Flags {
            listen: self.listen,
            public_url: self.public_url,
            data_dir: self.data,
            secrets_file: self.secrets,
        };
        Config::load(self.config.as_deref(), &flags)
    }

    /// For what is done while the server is not running.
    async fn open(self) -> Result<AppState, Box<dyn Error>> {
        let config = self.load()?;
        let public_url = config.public_url(config.listen);
        Ok(AppState::open(config, public_url).await?)
    }
}
