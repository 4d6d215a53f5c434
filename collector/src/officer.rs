//! The listener of officers: the page of the audit module, and what it asks of the store. An answer is an export, of the
//! whole store, of months or of one browser, which the module of the page reads as it reads a file; so no rule stands
//! here a second time. What a store that is larger than a tab says as a whole is judged here, by that module's own code
//! (`judging`). Each question is on record before it is answered (`access`), and one that cannot be is refused.
//!
//! A token comes in the header `Authorization` alone: no address, no log and no cookie ever has it, and no other page can
//! send it. Whoever asks under a name that is not ours (DNS rebinding), or from another origin, is refused before that.

mod guard;
mod judging;
mod question;
mod stream;

use std::{ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue, Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::Response,
};
use http_body_util::{BodyExt as _, Limited};
use serde_json::json;
use tokio::sync::Semaphore;

use self::question::Question;
use crate::{
    access::Access, clock::Clock, refusal::Refusal, settings::Page, store, store::NAME_OF_SITE,
    writer::Writer,
};

pub use guard::Guard;

/// The longest question, in bytes.
const MOST_BYTES: usize = 4096;
/// The page may be in no frame, and send no form.
const NO_FRAME: &str = "frame-ancestors 'none'";

/// What officers get.
pub struct Room {
    /// Who is let in.
    pub guard: Guard,
    /// The page.
    pub page: Page,
    /// The store.
    pub store: PathBuf,
    /// The origins of its logs.
    pub logs: Vec<String>,
    /// How many records one question may have judged, and how many such questions are answered at a time.
    pub judges: u64,
    /// See `judges`.
    pub judging: Arc<Semaphore>,
    /// What keeps accesses.
    pub writer: Writer,
    /// What time it is.
    pub clock: Clock,
    /// How long a question may take to come.
    pub patience: Duration,
}

/// What officers may ask.
pub fn routes(room: Arc<Room>) -> Router {
    Router::new().fallback(answer).with_state(room)
}

async fn answer(State(room): State<Arc<Room>>, request: Request) -> Response {
    let answered = room.answer(request).await;
    with_headers(answered.unwrap_or_else(refused))
}

impl Room {
    async fn answer(&self, request: Request) -> Result<Response, Refusal> {
        self.guard.host(&request)?;
        let path = request.uri().path();
        if path == "/v1/ask" {
            return match *request.method() {
                Method::POST => self.asked(request).await,
                _ => Err(Refusal::NO_ASKING),
            };
        }
        match (path, request.method()) {
            ("/", &Method::GET) => Ok(shown(&self.page)),
            ("/", _) => Err(Refusal::NO_ASKING),
            _ => Err(Refusal::NO_ROOM),
        }
    }

    async fn asked(&self, request: Request) -> Result<Response, Refusal> {
        let who = self.guard.admit(&request)?;
        let read = Limited::new(request.into_body(), MOST_BYTES).collect();
        let body = match tokio::time::timeout(self.patience, read).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(Refusal::LONG_QUESTION);
            }
            Ok(Err(_)) | Err(_) => return Err(Refusal::SLOW),
        };
        let question = Question::read(&body, &self.logs).ok_or(Refusal::NO_QUESTION)?;
        let place = match &question {
            Question::Judged(..) => {
                let place = Arc::clone(&self.judging).try_acquire_owned();
                Some(place.map_err(|_| Refusal::BUSY)?)
            }
            _ => None,
        };
        let asked = question.on_record();
        let access = Access { at_ms: (self.clock)(), who: String::from(who), asked };
        self.writer.keep_access(access).await.map_err(|_| Refusal::UNRECORDED)?;
        match question {
            Question::Sites => {
                Ok(response(StatusCode::OK, JSON, json!({ "logs": self.logs }).to_string()))
            }
            Question::Accesses => self.accesses().await,
            Question::Export { log, part } => {
                Ok(streamed(stream::open(self.log(&log), part).await?))
            }
            Question::Judged(judge, part) => {
                let place = place.ok_or(Refusal::BUSY)?;
                let path = self.log(&judge.log);
                Ok(streamed(stream::judge(path, part, judge, self.judges, place).await?))
            }
        }
    }

    async fn accesses(&self) -> Result<Response, Refusal> {
        let path = self.store.clone();
        let read = tokio::task::spawn_blocking(move || store::accesses(&path)).await;
        let accesses = match read {
            Ok(Ok(accesses)) => accesses,
            Ok(Err(error)) => {
                tracing::error!(%error, "the accesses cannot be read");
                return Err(Refusal::UNREAD);
            }
            Err(_) => return Err(Refusal::UNREAD),
        };
        let list = accesses.list.iter().map(
            |Access { at_ms, who, asked }| json!({ "atMs": at_ms, "who": who, "asked": asked }),
        );
        let told = json!({
            "accesses": list.collect::<Vec<_>>(), "head": accesses.head, "broken": accesses.broken,
        });
        Ok(response(StatusCode::OK, JSON, told.to_string()))
    }

    /// A log of the store, as commands name it.
    fn log(&self, origin: &str) -> PathBuf {
        let mut path = OsString::from(&self.store);
        path.push(format!("{NAME_OF_SITE}{origin}"));
        PathBuf::from(path)
    }
}

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";

fn streamed(lines: stream::Export) -> Response {
    let mut response = response(StatusCode::OK, LINES, String::new());
    *response.body_mut() = Body::new(lines);
    response
}

fn shown(page: &Page) -> Response {
    let mut response = response(StatusCode::OK, "text/html; charset=utf-8", page.text.clone());
    // The policy is the page's own, which the settings have looked at.
    if let Ok(policy) = HeaderValue::from_str(&format!("{}; {NO_FRAME}", page.policy)) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn refused(refusal: Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({ "error": refusal.code, "help": refusal.help });
    let mut response = response(status, JSON, format!("{body}\n"));
    if status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    }
    response
}

fn response(status: StatusCode, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// What every answer says, also a refusal: nothing keeps it, frames it, reads it from elsewhere or takes it for another
/// kind of file.
fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let others = [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in others {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(nothing);
    response
}
