//! A collector without sockets: bytes go in as they would come over a connection, and what would go back comes out. All of it
//! is the true thing, from the reader of heads to the store; for whoever looks for bytes that break it (`cargo xtask fuzz`).

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    clock::Clock,
    officer, routes,
    serve::{Failed, Parts, server},
    settings::{Limits, Settings},
};

/// Where officers believe to reach it.
pub const OFFICER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8789);

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Listener {
    /// A page.
    Pages,
    /// An operator.
    Operators,
    /// An officer.
    Officers,
}

/// A collector that nobody can connect to.
pub struct Unconnected {
    pages: Router,
    operators: Router,
    officers: Router,
    limits: Limits,
}

impl Unconnected {
    /// Opens the store.
    pub fn open(settings: Settings, clock: Clock) -> Result<Unconnected, Failed> {
        let limits = settings.limits.clone();
        let Parts { desk, room, .. } = Parts::open(settings, clock, Some(OFFICER))?;
        let (pages, operators) = (routes::public(desk.clone()), routes::private(desk));
        let officers = room.map(|room| officer::routes(room.into())).unwrap_or_default();
        Ok(Unconnected { pages, operators, officers, limits })
    }

    /// What a listener answers to whoever sends these bytes and no more.
    pub async fn answer(&self, listener: Listener, bytes: &[u8]) -> Vec<u8> {
        let routes = match listener {
            Listener::Pages => &self.pages,
            Listener::Operators => &self.operators,
            Listener::Officers => &self.officers,
        };
        let (mut sender, end) = tokio::io::duplex(bytes.len() + 1);
        let service = TowerToHyperService::new(routes.clone());
        let mut server = server(&self.limits);
        // Whoever has sent all waits for the answers.
        server.half_close(true);
        let connection = server.serve_connection(TokioIo::new(end), service);
        let talk = async {
            let mut answer = Vec::new();
            // Where the other side ended early, what it said until then counts.
            let _ = sender.write_all(bytes).await;
            let _ = sender.shutdown().await;
            let _ = sender.read_to_end(&mut answer).await;
            answer
        };
        let (answer, _) = tokio::join!(talk, connection);
        answer
    }
}
