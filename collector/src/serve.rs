//! Runs a collector: opens the store, listens, and stops in such an order that whatever was acknowledged is kept and
//! whatever was read is answered. Nothing of who connects is looked at.

use std::{
    collections::BTreeMap, fmt, future::Future, io, net::SocketAddr, pin::pin, sync::Arc,
    thread::JoinHandle,
};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};

use crate::{
    clock::Clock,
    numbers::Numbers,
    officer::{self, Guard, Room},
    routes::{self, Desk, LAST_WAIT},
    settings::{Limits, Settings},
    site::Site,
    store::{self, StoreError},
    writer::{Keys, Writer, sign},
};

/// The longest head of a request, in bytes.
const HEAD_BYTES: usize = 16_384;
/// How many connections of operators are open at a time, and of officers.
const PRIVATE_CONNECTIONS: usize = 16;

/// Why a collector does not run.
#[derive(Debug)]
pub enum Failed {
    /// It cannot listen at this address.
    Listen(SocketAddr, io::Error),
    /// The store cannot be used.
    Store(StoreError),
    /// The system gives it no thread.
    System(io::Error),
    /// A part of it ended by a mistake of ours.
    Broken,
}

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failed::Listen(address, error) => {
                write!(formatter, "cannot listen at {address}: {error}")
            }
            Failed::Store(error) => write!(formatter, "cannot use the store: {error}"),
            Failed::System(error) => write!(formatter, "the system refuses: {error}"),
            Failed::Broken => formatter.write_str(
                "a part of the collector broke down, and what it acknowledged is kept: start it anew, and report what it printed before",
            ),
        }
    }
}

impl std::error::Error for Failed {}

/// A collector that listens, and answers once it runs.
pub struct Collector {
    public: TcpListener,
    private: TcpListener,
    officer: Option<(TcpListener, Room)>,
    desk: Arc<Desk>,
    limits: Limits,
    writer: JoinHandle<()>,
}

/// What answers and what keeps, without listeners.
pub(crate) struct Parts {
    /// For pages and operators.
    pub desk: Arc<Desk>,
    /// For officers, where they may ask.
    pub room: Option<Room>,
    /// The thread that keeps.
    pub writer: JoinHandle<()>,
}

impl Parts {
    /// Opens the store. `at` is where officers reach it.
    ///
    /// It waits for what the store answers: call it on a thread where nobody else waits.
    pub fn open(settings: Settings, clock: Clock, at: Option<SocketAddr>) -> Result<Parts, Failed> {
        let Settings { store: file, limits, officer, sites, .. } = settings;
        let mut store = store::open(&file).map_err(Failed::Store)?;
        let logs = sites.iter().map(|site| site.log.clone()).collect();
        let (mut keys, mut by_origin) = (Keys::new(), BTreeMap::new());
        let places = limits.queue.saturating_mul(sites.len().max(1));
        for mut given in sites {
            let (key, origins) = (given.key.take(), std::mem::take(&mut given.origins));
            keys.extend(key.map(|key| (given.log.clone(), key)));
            let sign = |origin: &str, text: &str| sign(&keys, origin, text);
            let site = Site::open(given, limits.queue, &mut *store, clock(), &sign);
            let site = Arc::new(site.map_err(Failed::Store)?);
            by_origin.extend(origins.into_iter().map(|origin| (origin, Arc::clone(&site))));
        }
        let numbers = Arc::new(Numbers::default());
        let started = Writer::start(store, keys, places, Arc::clone(&numbers));
        let (writer, handle) = started.map_err(Failed::System)?;
        let patience = limits.patience;
        let room = officer.zip(at).map(|(mut officer, at)| {
            let guard = Guard::new(at, &mut officer);
            let (page, writer) = (officer.page, writer.clone());
            let (judges, judging) = (officer.judges, Arc::new(Semaphore::new(1)));
            Room { guard, page, store: file, logs, judges, judging, writer, clock, patience }
        });
        let desk = Desk { sites: by_origin, limits, numbers, writer, clock };
        Ok(Parts { desk: Arc::new(desk), room, writer: handle })
    }
}

impl Collector {
    /// Opens the store and the listeners.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Collector, Failed> {
        let limits = settings.limits.clone();
        let bind = async |address| {
            TcpListener::bind(address).await.map_err(|error| Failed::Listen(address, error))
        };
        let public = bind(settings.listen).await?;
        let private = bind(settings.private).await?;
        let officers = match settings.officer.as_ref().map(|officer| officer.listen) {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let at = officers.as_ref().map(TcpListener::local_addr).transpose();
        let at = at.map_err(Failed::System)?;
        // A store waits for its answers, on a thread where nobody else does.
        let opened = tokio::task::spawn_blocking(move || Parts::open(settings, clock, at)).await;
        let Parts { desk, room, writer } = opened.map_err(|_| Failed::Broken)??;
        let officer = officers.zip(room);
        Ok(Collector { public, private, officer, desk, limits, writer })
    }

    /// Where it listens: for pages, and for its operator.
    pub fn addresses(&self) -> io::Result<(SocketAddr, SocketAddr)> {
        Ok((self.public.local_addr()?, self.private.local_addr()?))
    }

    /// Where officers reach it, where they do.
    pub fn officer_address(&self) -> io::Result<Option<SocketAddr>> {
        self.officer.as_ref().map(|(listener, _)| listener.local_addr()).transpose()
    }

    /// Answers until `stop` is over. Then it takes no more connections, ends those that wait, answers what is under way
    /// and keeps all that it answers for. It ends by itself where nothing can be kept any more.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), Failed> {
        let Collector { public, private, officer, desk, limits, writer } = self;
        let (stopped, stopping) = tokio::sync::watch::channel(false);
        let (public_routes, private_routes) =
            (routes::public(Arc::clone(&desk)), routes::private(Arc::clone(&desk)));
        let keeping = desk.writer.clone();
        drop(desk);
        let places = limits.connections;
        let pages = listen(public, public_routes, places, limits.clone(), stopping.clone());
        let (of_private, of_officers) = (limits.clone(), (limits, stopping.clone()));
        let operators = listen(private, private_routes, PRIVATE_CONNECTIONS, of_private, stopping);
        let officers = async move {
            let ((limits, stopping), places) = (of_officers, PRIVATE_CONNECTIONS);
            if let Some((listener, room)) = officer {
                listen(listener, officer::routes(Arc::new(room)), places, limits, stopping).await;
            }
        };
        let listening = tokio::spawn(async { tokio::join!(pages, operators, officers) });
        tokio::select! {
            () = stop => {}
            () = keeping.ended() => {}
        }
        drop(keeping);
        // Nobody listens any more only where that task ended, which the next line says.
        let _ = stopped.send(true);
        let listened = listening.await;
        // Its last sender went with the routes.
        let joined = tokio::task::spawn_blocking(move || writer.join()).await;
        match (listened, joined) {
            (Ok(_), Ok(Ok(()))) => Ok(()),
            _ => Err(Failed::Broken),
        }
    }
}

/// What speaks HTTP on a connection.
pub(crate) fn server(limits: &Limits) -> http1::Builder {
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
        .max_buf_size(HEAD_BYTES)
        .keep_alive(true);
    server
}

/// Takes connections until it is told to stop, then waits for those that are busy.
async fn listen(
    listener: TcpListener,
    routes: Router,
    places: usize,
    limits: Limits,
    mut stopping: tokio::sync::watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(places));
    let graceful = GracefulShutdown::new();
    let server = server(&limits);
    let mut stop = pin!(async move {
        // An error says that the sender is gone, which is a stop, too.
        let _ = stopping.wait_for(|is_stopped| *is_stopped).await;
    });
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        // Whose connection it is stays unread. One that failed is gone; where the system has no more, the next
        // attempt comes once one was closed.
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "a connection could not be taken");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
        };
        let service = TowerToHyperService::new(routes.clone());
        let connection = server.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A page that went away, or was too slow, is no failure of ours.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(LAST_WAIT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not answered in time");
    }
}
