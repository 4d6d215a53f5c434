//! Who is let in to the store: by the name under which the listener is reached, by where the page that asks is from, and
//! by the token of a holder.

use std::net::SocketAddr;

use axum::{
    extract::Request,
    http::{
        HeaderName,
        header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN},
    },
};
use consentinel::hash::digest;
use subtle::ConstantTimeEq as _;

use crate::{
    refusal::Refusal,
    settings::{Holder, Officer},
};

/// What stands before a token.
const SCHEME: &str = "Bearer ";

/// Lets in, or refuses.
pub struct Guard {
    hosts: Vec<String>,
    holders: Vec<Holder>,
}

impl Guard {
    /// The guard of a listener at this address.
    pub fn new(address: SocketAddr, officer: &mut Officer) -> Guard {
        let port = address.port();
        let mut hosts = std::mem::take(&mut officer.hosts);
        let names = ["localhost", "127.0.0.1", "[::1]"].map(String::from);
        // Those that browsers name without a port have it in no header.
        let with_port = |name: String| if port == 80 { name } else { format!("{name}:{port}") };
        hosts.extend(names.map(with_port));
        hosts.push(address.to_string());
        Guard { hosts, holders: std::mem::take(&mut officer.holders) }
    }

    /// Refuses a name that is not ours: a page elsewhere whose name was made to lead here.
    pub fn host(&self, request: &Request) -> Result<(), Refusal> {
        let mut hosts = request.headers().get_all(HOST).iter();
        let is_ours = match (hosts.next(), hosts.next()) {
            (Some(host), None) => self.hosts.iter().any(|ours| ours.as_bytes() == host.as_bytes()),
            _ => false,
        };
        if is_ours { Ok(()) } else { Err(Refusal::FOREIGN_HOST) }
    }

    /// The name of who asks; empty where nobody is told apart.
    pub fn admit(&self, request: &Request) -> Result<&str, Refusal> {
        let header = |name: HeaderName| {
            let mut values = request.headers().get_all(name).iter();
            let value = values.next().filter(|_| values.next().is_none());
            value.and_then(|value| value.to_str().ok())
        };
        // Browsers say where a request is from; a program says nothing.
        let site = request.headers().get("sec-fetch-site");
        if site.is_some_and(|site| site.as_bytes() != b"same-origin") {
            return Err(Refusal::ELSEWHERE);
        }
        if request.headers().contains_key(ORIGIN) {
            let origin = header(ORIGIN).unwrap_or_default();
            let host = origin.strip_prefix("https://").or(origin.strip_prefix("http://"));
            if host.is_none_or(|host| header(HOST) != Some(host)) {
                return Err(Refusal::ELSEWHERE);
            }
        }
        // No page sends that elsewhere without asking first, and we never say yes.
        if header(CONTENT_TYPE) != Some("application/json") {
            return Err(Refusal::NOT_JSON);
        }
        if self.holders.is_empty() {
            return Ok("");
        }
        let given = header(AUTHORIZATION).and_then(|value| value.strip_prefix(SCHEME));
        // Compared are hashes, all of them, each in the same time whatever was given.
        let given = digest(given.unwrap_or_default().as_bytes());
        let mut found = None;
        for holder in &self.holders {
            if bool::from(holder.token.as_slice().ct_eq(given.as_slice())) {
                found = Some(&*holder.name);
            }
        }
        found.ok_or_else(|| {
            tracing::warn!("an officer's question came without a token that is known");
            Refusal::NO_TOKEN
        })
    }
}
