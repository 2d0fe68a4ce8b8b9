//! `proofsheet tls`

use std::io::IsTerminal;

use clap::{ArgMatches, Args};

use super::{Failure, Outcome, out, prepare};
use crate::config::Settings;
use crate::qr;
use crate::routes::trust::Trust;
use crate::tls::{local, names};

/// Make a certificate for this machine, so that tablets reach the gallery over HTTPS
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet tls                         for this machine's names and addresses
  proofsheet tls --name studio.lan       and for another name
  proofsheet serve --tls --listen 0.0.0.0:8502

Run it again when the addresses changed, and once a year: devices that trust it go on doing so.")]
pub(super) struct Arguments {
    /// A further name or address; may be given several times
    #[arg(long, value_name = "HOST")]
    name: Vec<String>,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let names = names::all(&arguments.name);
    let now = config.gallery().clock.now();
    let made = local::make(&config.data_dir, &names, now)?;
    out::say(format!("A certificate was made for: {}", names.join(", ")));
    out::say(format!("  valid until   {}", made.until.day_text()));
    let authority = local::authority_file(&config.data_dir);
    out::say(format!("  authority     {}", authority.display()));
    out::say(format!("  SHA-256       {}", made.authority.fingerprint()));
    if made.known {
        out::say(
            "\nDevices that trust it already go on doing so. A gallery that runs takes it over.",
        );
    }
    let port = config.listen.port();
    out::say(format!(
        "\nNext:\n  proofsheet passphrase                           if none is set yet\n  \
         proofsheet serve --tls --listen 0.0.0.0:{port}"
    ));
    let Some(address) = arguments.name.first().cloned().or_else(nearest) else {
        return Ok(Outcome::Fine);
    };
    let page = Trust::page_address(&format!("https://{address}:{port}"));
    out::say(format!(
        "\nThen open this on the tablet; it says how to trust the certificate:\n  {page}\n"
    ));
    if std::io::stdout().is_terminal() {
        qr::lines(&page).iter().for_each(out::say);
    }
    Ok(Outcome::Fine)
}

/// How others in the network reach this machine.
fn nearest() -> Option<String> {
    let address = names::addresses().into_iter().next()?;
    Some(names::in_url(address))
}
