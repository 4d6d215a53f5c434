//! An export on its way to an officer, piece by piece: no more of it is in memory than a few pieces, however long it is.
//! Whoever stops reading holds up nobody: after a minute without a piece taken it ends. One that ends before its end, for
//! that or any other reason, is an answer that broke off, never one that looks whole.
//!
//! A store is opened, read and closed on one thread that may wait, since a connection to a data base waits at each of the
//! three.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, mpsc, oneshot},
    task::spawn_blocking,
    time::timeout,
};

use super::{
    judging::Judging,
    question::{Judge, Part},
};
use crate::{
    refusal::Refusal,
    store::{Lines, StoreError},
};

/// How much is read at a time, and how many pieces wait.
const PIECE: usize = 256 * 1024;
const PIECES: usize = 4;
/// How long a piece waits to be taken.
const PATIENCE: Duration = Duration::from_secs(60);

/// The body of an answer.
pub struct Export {
    /// The pieces, and an empty one behind the last.
    pieces: mpsc::Receiver<Bytes>,
    is_whole: bool,
}

impl HttpBody for Export {
    type Data = Bytes;
    type Error = StoreError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StoreError>>> {
        if self.is_whole {
            return Poll::Ready(None);
        }
        self.pieces.poll_recv(context).map(|piece| match piece {
            Some(piece) if piece.is_empty() => {
                self.is_whole = true;
                None
            }
            Some(piece) => Some(Ok(Frame::data(piece))),
            // Whatever ended it, the connection must end without the mark that a whole answer has.
            None => {
                tracing::error!("an answer broke off");
                Some(Err(StoreError(String::from("it broke off"))))
            }
        })
    }
}

/// Opens a log, and begins to read what was asked for.
pub async fn open(path: PathBuf, part: Part) -> Result<Export, Refusal> {
    begin(
        move || {
            let mut lines = lines(&path, part)?;
            Ok(move || piece(&mut lines))
        },
        PATIENCE,
    )
    .await
}

/// Opens a log, and begins to judge what was asked for.
pub async fn judge(
    path: PathBuf,
    part: Part,
    judge: Judge,
    most: u64,
    place: OwnedSemaphorePermit,
) -> Result<Export, Refusal> {
    begin(
        move || {
            let mut judging = Judging::open(&path, part, judge, most, place)?;
            Ok(move || judging.next())
        },
        PATIENCE,
    )
    .await
}

/// The next piece of what is read; an empty one at its end.
fn piece(lines: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    lines.take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

/// Begins to hand out the pieces that `open` opens, on a thread of its own. An empty piece is the end.
async fn begin<N: FnMut() -> io::Result<Vec<u8>>>(
    open: impl FnOnce() -> Result<N, Refusal> + Send + 'static,
    patience: Duration,
) -> Result<Export, Refusal> {
    let (told, opened) = oneshot::channel();
    let (sender, pieces) = mpsc::channel(PIECES);
    let runtime = Handle::current();
    spawn_blocking(move || {
        let next = match open() {
            Ok(next) => next,
            Err(refusal) => {
                // Whoever went away meanwhile needs no answer.
                let _ = told.send(Err(refusal));
                return;
            }
        };
        if told.send(Ok(())).is_err() {
            return;
        }
        let send = |piece| {
            let sent = runtime.block_on(timeout(patience, sender.send(piece)));
            sent.map_err(|_| io::Error::other("nobody took a piece of it in time"))
        };
        if let Err(error) = pump(next, send) {
            tracing::error!(%error, "an answer could not be handed out");
        }
    });
    // Where nothing is told, that thread ended by a mistake of ours.
    opened.await.unwrap_or(Err(Refusal::UNREAD))?;
    Ok(Export { pieces, is_whole: false })
}

/// Sends all of it, and an empty piece behind it.
fn pump<E>(
    mut next: impl FnMut() -> io::Result<Vec<u8>>,
    send: impl Fn(Bytes) -> io::Result<Result<(), E>>,
) -> io::Result<()> {
    loop {
        let piece = next()?;
        let is_last = piece.is_empty();
        let sent = send(piece.into())?;
        // Nobody takes it any more where whoever asked went away.
        if is_last || sent.is_err() {
            return Ok(());
        }
    }
}

/// Begins to read a log, or a part of it.
pub fn lines(path: &Path, part: Part) -> Result<Lines, Refusal> {
    let lines = Lines::now(path).map_err(unread)?;
    match part {
        Part::Whole => Ok(lines),
        Part::Months(from, to) => lines.within(&from, &to).ok_or(Refusal::NO_MONTH),
        Part::Browser(subject) => Ok(lines.about(&subject).map_err(unread)?.0),
        Part::Record(hash) => {
            // Where there is none, the answer is an export without records.
            let subject = lines.subject_of(&hash).map_err(unread)?.unwrap_or_default();
            Ok(lines.about(&subject).map_err(unread)?.0)
        }
    }
}

fn unread(error: StoreError) -> Refusal {
    tracing::error!(%error, "the store cannot be read");
    Refusal::UNREAD
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    /// What a store may do behind its first pieces.
    #[derive(Clone, Copy)]
    enum Then {
        Ends,
        Fails,
        Panics,
        GoesOn,
    }

    struct Reader(usize, Then);

    impl Reader {
        fn pieces(mut self) -> impl FnMut() -> io::Result<Vec<u8>> {
            move || piece(&mut self)
        }
    }

    impl Read for Reader {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.min(buffer.len());
            match (count, self.1) {
                (0, Then::Ends) => return Ok(0),
                (0, Then::Fails) => return Err(io::Error::other("it is gone")),
                (0, Then::Panics) => panic!("a mistake of ours"),
                (_, Then::GoesOn) => return Ok(buffer.len()),
                _ => {}
            }
            self.0 -= count;
            Ok(count)
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_export_that_breaks_off_does_not_end_as_if_it_were_whole() {
        let long = PIECE * 3 / 2;
        for (length, then, is_whole) in [
            (0, Then::Ends, true),
            (long, Then::Ends, true),
            (long, Then::Fails, false),
            (long, Then::Panics, false),
            (0, Then::Panics, false),
        ] {
            let export = begin(move || Ok(Reader(length, then).pieces()), PATIENCE).await.unwrap();
            let read = export.collect().await;
            assert_eq!(read.is_ok(), is_whole);
            assert!(read.is_err() || read.unwrap().to_bytes().len() == length);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_export_that_nobody_takes_breaks_off() {
        let patience = Duration::from_millis(1);
        let mut export = begin(|| Ok(Reader(0, Then::GoesOn).pieces()), patience).await.unwrap();
        // Nothing is taken until it was given up.
        while export.pieces.sender_strong_count() > 0 {
            tokio::task::yield_now().await;
        }
        for _ in 0..PIECES {
            assert!(export.frame().await.unwrap().is_ok());
        }
        assert!(export.frame().await.unwrap().is_err());
    }
}
