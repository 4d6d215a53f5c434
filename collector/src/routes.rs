//! What the collector answers: to pages on one listener, to its operator on another. Of a request it looks at path,
//! method, `Origin`, `Content-Type` and body, and at nothing else: no address, no user agent, no cookie.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
            CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
    routing::{get, post},
};
use http_body_util::{BodyExt as _, Limited};

use crate::{
    clock::Clock,
    intake,
    numbers::{Numbers, Sent},
    refusal::Refusal,
    settings::Limits,
    site::Site,
    store::{FLAGS, Kept},
    writer::Writer,
};

/// What handlers share.
pub struct Desk {
    /// The sites, by the origins of their pages.
    pub sites: BTreeMap<String, Arc<Site>>,
    /// How much is taken.
    pub limits: Limits,
    /// The numbers.
    pub numbers: Arc<Numbers>,
    /// What keeps.
    pub writer: Writer,
    /// What time it is.
    pub clock: Clock,
}

/// An answer that is none of the refusals: the status, and its word.
type Done = (StatusCode, &'static str);

const KEPT: Done = (StatusCode::CREATED, "kept");
const KNOWN: Done = (StatusCode::OK, "known");

/// What pages may ask.
pub fn public(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/v1/records", post(record))
        .route("/v1/notices", post(notice))
        .route("/healthz", get(health))
        .fallback(async || answer(Err(Refusal::NO_PLACE), None))
        .method_not_allowed_fallback(async || answer(Err(Refusal::NO_METHOD), None))
        .with_state(desk)
}

/// What an operator may ask.
pub fn private(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/metrics", get(numbers))
        .route("/healthz", get(health))
        .fallback(async || answer(Err(Refusal::NO_PRIVATE_PLACE), None))
        .method_not_allowed_fallback(async || answer(Err(Refusal::NO_PRIVATE_METHOD), None))
        .with_state(desk)
}

async fn record(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (origin, site) = desk.asked_by(&request);
    let done = match &site {
        Some(site) => desk.keep_record(site, request).await,
        None => Err(Refusal::FOREIGN),
    };
    desk.answered(Sent::Record, site.as_deref(), origin, done)
}

async fn notice(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (origin, site) = desk.asked_by(&request);
    let done = match &site {
        Some(site) => desk.keep_notice(site, request).await,
        None => Err(Refusal::FOREIGN),
    };
    desk.answered(Sent::Notice, site.as_deref(), origin, done)
}

impl Desk {
    /// The origin of the page that asks, and its site. No browser names two (RFC 6454, section 7.3), so who does has none.
    fn asked_by(&self, request: &Request) -> (Option<HeaderValue>, Option<Arc<Site>>) {
        let mut origins = request.headers().get_all(ORIGIN).iter();
        let origin = origins.next().filter(|_| origins.next().is_none());
        let text = origin.and_then(|origin| origin.to_str().ok());
        let site = text.and_then(|origin| self.sites.get(origin));
        (origin.cloned(), site.map(Arc::clone))
    }

    async fn keep_record(&self, site: &Site, request: Request) -> Result<Done, Refusal> {
        let body = self.body(Sent::Record, site, request).await?;
        let arrival = intake::record(site, &body, (self.clock)())?;
        let _place = site.place()?;
        match self.writer.keep(arrival).await? {
            Kept::New(flags) => {
                for (flag, word) in FLAGS {
                    if flags & flag != 0 {
                        self.numbers.flagged(&site.name, word);
                    }
                }
                Ok(KEPT)
            }
            Kept::Known => Ok(KNOWN),
            Kept::Refused(code) => Err(Refusal::of(code)),
        }
    }

    async fn keep_notice(&self, site: &Site, request: Request) -> Result<Done, Refusal> {
        let body = self.body(Sent::Notice, site, request).await?;
        let Some((document, json)) = intake::notice(site, &body)? else { return Ok(KNOWN) };
        let _place = site.place()?;
        let is_new = self.writer.keep_notice(site.log, document.clone()).await?;
        // Another collector may have kept it, which this one learns now.
        site.learn(&document, &json);
        Ok(if is_new { KEPT } else { KNOWN })
    }

    /// Counts an answer and words it.
    fn answered(
        &self,
        sent: Sent,
        site: Option<&Site>,
        origin: Option<HeaderValue>,
        done: Result<Done, Refusal>,
    ) -> Response {
        let word = done.map_or_else(|refusal| refusal.code, |(_, word)| word);
        let name = site.map(|site| &*site.name);
        self.numbers.answered(sent, name, word);
        tracing::debug!(site = name, answer = word);
        answer(done, origin.filter(|_| site.is_some()))
    }

    /// Lets a request in by its head, and says how long its body may be.
    fn admit(&self, sent: Sent, site: &Site, request: &Request) -> Result<usize, Refusal> {
        site.admit()?;
        let most = match sent {
            Sent::Record => self.limits.record_bytes,
            Sent::Notice => self.limits.notice_bytes,
        };
        let header = |name: HeaderName| request.headers().get(name)?.to_str().ok();
        if !is_text(header(CONTENT_TYPE).unwrap_or_default()) {
            return Err(Refusal::NOT_TEXT);
        }
        let length = header(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > most as u64) {
            return Err(Refusal::TOO_LARGE);
        }
        Ok(most)
    }

    async fn body(&self, sent: Sent, site: &Site, request: Request) -> Result<Vec<u8>, Refusal> {
        let most = self.admit(sent, site, &request)?;
        let read = Limited::new(request.into_body(), most).collect();
        match tokio::time::timeout(self.limits.patience, read).await {
            Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                Err(Refusal::TOO_LARGE)
            }
            // What ended in the middle, or did not come in time.
            Ok(Err(_)) | Err(_) => Err(Refusal::SLOW),
        }
    }
}

/// Whether a `Content-Type` is plain text in UTF-8: whatever other parameters it has, no other `charset`.
fn is_text(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let is_plain = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/plain"));
    is_plain
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            let value = value.trim().trim_matches('"');
            !name.trim().eq_ignore_ascii_case("charset") || value.eq_ignore_ascii_case("utf-8")
        })
}

async fn health(State(desk): State<Arc<Desk>>) -> Response {
    answer(desk.writer.probe().await.map(|()| (StatusCode::OK, "well")), None)
}

async fn numbers(State(desk): State<Arc<Desk>>) -> Response {
    let (status, text) = match desk.numbers.text() {
        Ok(text) => (StatusCode::OK, text),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
    };
    let kind =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response(status, kind, text)
}

/// The answer to a request, for a page of this origin to read.
fn answer(done: Result<Done, Refusal>, origin: Option<HeaderValue>) -> Response {
    let (status, body) = match done {
        Ok((status, word)) => (status, format!("{{\"answer\":\"{word}\"}}\n")),
        Err(refusal) => {
            let Refusal { status, code, help, .. } = refusal;
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let body = serde_json::json!({ "error": code, "help": help });
            (status, format!("{body}\n"))
        }
    };
    let mut response = response(status, HeaderValue::from_static("application/json"), body);
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    if let Some(seconds) = done.err().and_then(|refusal| refusal.retry_s) {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        // A page reads no other header of an answer from elsewhere (Fetch, "CORS-safelisted response-header name").
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    }
    response
}

fn response(status: StatusCode, kind: HeaderValue, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// How long a stop waits for what is under way.
pub const LAST_WAIT: Duration = Duration::from_secs(30);
