//! An export on its way to an officer, piece by piece: no more of it is in memory than a few pieces, however long it is.
//! Whoever stops reading holds up nobody: after a minute without a piece taken it ends.

use std::{
    io::Read as _,
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::{sync::mpsc, task::spawn_blocking};

use super::question::Part;
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
    pieces: mpsc::Receiver<Result<Bytes, StoreError>>,
}

impl HttpBody for Export {
    type Data = Bytes;
    type Error = StoreError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StoreError>>> {
        self.pieces.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// Opens a log, and begins to read what was asked for.
pub async fn open(path: PathBuf, part: Part) -> Result<Export, Refusal> {
    let opened = spawn_blocking(move || lines(&path, part)).await;
    let mut lines = match opened {
        Ok(Ok(lines)) => lines,
        Ok(Err(error)) => return Err(unread(&error)),
        Err(_) => return Err(Refusal::UNREAD),
    };
    let (sender, pieces) = mpsc::channel(PIECES);
    tokio::spawn(async move {
        loop {
            let read = spawn_blocking(move || {
                let mut piece = Vec::new();
                let read = lines.by_ref().take(PIECE as u64).read_to_end(&mut piece);
                (read.map(|_| piece), lines)
            });
            let Ok((read, rest)) = read.await else { break };
            lines = rest;
            let piece = match read {
                Ok(piece) if piece.is_empty() => break,
                Ok(piece) => Ok(Bytes::from(piece)),
                Err(error) => {
                    tracing::error!(%error, "an export broke off");
                    Err(StoreError(String::from("it broke off")))
                }
            };
            let is_last = piece.is_err();
            let sent = tokio::time::timeout(PATIENCE, sender.send(piece)).await;
            if is_last || !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
    });
    Ok(Export { pieces })
}

fn lines(path: &std::path::Path, part: Part) -> Result<Lines, StoreError> {
    let lines = Lines::now(path)?;
    match part {
        Part::Whole => Ok(lines),
        Part::Months(from, to) => Ok(lines.within(&from, &to)),
        Part::Browser(subject) => Ok(lines.about(&subject)?.0),
        Part::Record(hash) => {
            // Where there is none, the answer is an export without records.
            let subject = lines.subject_of(&hash)?.unwrap_or_default();
            Ok(lines.about(&subject)?.0)
        }
    }
}

fn unread(error: &StoreError) -> Refusal {
    tracing::error!(%error, "the store cannot be read");
    Refusal::UNREAD
}
