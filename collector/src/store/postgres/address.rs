//! Addresses of data bases, and connecting to what they name. A password may stand in the address, in the environment
//! (`PGPASSWORD`) or in a file that the environment names (`CONSENTINEL_PASSWORD_FILE`); nothing here ever repeats a part
//! of an address.

use std::{env, fs, path::Path, time::Duration};

use postgres::{
    Client, Config, NoTls,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Failed;
use crate::store::{StoreError, parts};

/// How long one host may take to be connected to, and to take what was sent, where the address says nothing of it.
const PATIENCE: Duration = Duration::from_secs(5);
/// After how long a quiet connection is asked whether it is there still.
const QUIET: Duration = Duration::from_secs(10);

/// What an address says.
pub fn config(path: &Path) -> Result<Config, StoreError> {
    let place = parts(path).0;
    let read = place.to_str().and_then(|text| text.parse::<Config>().ok());
    let mut config = read.ok_or_else(|| {
        StoreError(String::from(
            "its address cannot be read: give postgres://USER@HOST/NAME, as docs/operations.md describes it",
        ))
    })?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(PATIENCE);
        config.keepalives_idle(QUIET);
    }
    if config.get_application_name().is_none() {
        config.application_name("consentinel");
    }
    // `prefer` is what stands where nobody said anything. It would let whoever is in between choose, so what leaves this
    // machine is encrypted, and whoever wants it otherwise says `sslmode=disable`.
    if config.get_ssl_mode() == SslMode::Prefer {
        let stays = config.get_hosts().iter().all(is_here) && config.get_hostaddrs().is_empty();
        config.ssl_mode(if stays { SslMode::Disable } else { SslMode::Require });
    }
    Ok(config)
}

/// How an address is told: its hosts and its data base.
pub fn shown(config: &Config) -> String {
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate().map(|(at, host)| {
        let name = match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.to_string_lossy().replace('/', "%2F"),
        };
        match ports.get(at).or(ports.first()) {
            Some(port) if *port != 5432 => format!("{name}:{port}"),
            _ => name,
        }
    });
    let hosts = hosts.collect::<Vec<_>>().join(",");
    format!("postgres://{hosts}/{}", config.get_dbname().unwrap_or_default())
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Connects.
pub fn connect(path: &Path) -> Result<Client, Failed> {
    let mut config = config(path)?;
    if config.get_password().is_none()
        && let Some(password) = password()?
    {
        config.password(password);
    }
    if config.get_ssl_mode() == SslMode::Disable {
        return Ok(config.connect(NoTls)?);
    }
    let (tls, _) = MakeRustlsConnect::with_native_certs().map_err(|_| {
        StoreError(String::from(
            "this machine has no certificates to know a server by: install them, or name a file in SSL_CERT_FILE",
        ))
    })?;
    Ok(config.connect(tls)?)
}

/// The password that the environment gives.
fn password() -> Result<Option<String>, StoreError> {
    if let Ok(password) = env::var("PGPASSWORD") {
        return Ok(Some(password));
    }
    let Some(file) = env::var_os("CONSENTINEL_PASSWORD_FILE") else { return Ok(None) };
    let read = fs::read_to_string(file).map_err(|error| {
        StoreError(format!("the file that CONSENTINEL_PASSWORD_FILE names cannot be read: {error}"))
    })?;
    Ok(Some(String::from(read.trim_end_matches(['\r', '\n']))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_without_who_connects() {
        for (address, told) in [
            ("postgres://me:hush@db.example/b?sslmode=disable", "postgres://db.example/b"),
            ("postgres://me:hu/s?h@db.example:5433/b", "postgres://db.example:5433/b"),
            ("postgresql://me@a,b:1/c?password=hush", "postgres://a,b:1/c"),
            ("postgres://me:hush@%2Frun%2Fpg/b", "postgres://%2Frun%2Fpg/b"),
        ] {
            let read = config(Path::new(address)).map(|config| shown(&config));
            assert_eq!(read.ok().as_deref(), Some(told), "{address}");
        }
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted() {
        for (address, mode) in [
            ("postgres://a@%2Frun%2Fpostgresql/b", SslMode::Disable),
            ("postgres://a@127.0.0.1/b", SslMode::Disable),
            ("postgres://a@localhost/b", SslMode::Disable),
            ("postgres://a@db.example/b", SslMode::Require),
            ("postgres://a@localhost,db.example/b", SslMode::Require),
            ("postgres://a@localhost/b?hostaddr=192.0.2.1", SslMode::Require),
            ("postgres://a@localhost/b?sslmode=require", SslMode::Require),
            ("postgres://a@db.example/b?sslmode=disable", SslMode::Disable),
        ] {
            let read = config(Path::new(address)).map(|config| config.get_ssl_mode());
            assert_eq!(read.ok(), Some(mode), "{address}");
        }
    }
}
