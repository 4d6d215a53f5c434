//! The browser shell: the only folder that knows a page. It hears what happens, asks the pure side,
//! and performs the effects in their order. `api` is what JavaScript may call, `host` what we call,
//! `show` what the visitor sees, `storage` and `erase` what the browser keeps.
//!
//! INVARIANT: no JavaScript runs while the core is borrowed. [`with`] hands out values, and effects
//! are performed after it returned; so page code that answers an event by calling the API finds the
//! core free.

pub mod api;
mod erase;
mod host;
#[cfg(feature = "module")]
mod module;
mod report;
mod show;
mod single;
mod source;
mod storage;

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::{
    cookie,
    gate::{self, Attempt, Verdict},
    json::Json,
    notice::Interface,
    policy::{ItemKind, Policy},
    problem::{Code, Problem},
    record::{Marks, Via},
    session::{Context, Effect, Event, Step, step},
    signal::Signals,
    state::State,
    time::UnixMillis,
};
use host::{answer, told};
use report::{report, report_once};
use single::Single;

/// What stays the same as long as the page is there.
struct Page {
    policy: Policy,
    interface: Interface,
    build: String,
    style: String,
    /// Whether there is a page at all; on a server there is none, and everything optional stays off.
    is_there: bool,
}

/// What changes.
struct Core {
    page: Rc<Page>,
    state: State,
    /// The stored state as last read or written, to notice what another tab did.
    stored: String,
    /// Names that the last erasing left behind.
    left: Vec<String>,
    /// Messages that are told once.
    told: Vec<String>,
}

static CORE: Single<Core> = Single::new();

/// Looks into the core, if it runs and nobody else looks.
fn with<T>(look: impl FnOnce(&mut Core) -> T) -> Option<T> {
    CORE.with(look)
}

/// The page, if the core runs.
fn page() -> Option<Rc<Page>> {
    with(|core| core.page.clone())
}

fn now() -> UnixMillis {
    UnixMillis(host::now() as i64)
}

/// Brings the core up; then the gate, before anything else of the page runs.
fn start(policy: Policy, texts: &Json, style: String, build: String, is_there: bool) {
    let interface = Interface::choose(texts, &host::languages());
    let state = State::undecided(&policy);
    let page = Rc::new(Page { policy, interface, build, style, is_there });
    CORE.set(Core { page, state, stored: String::new(), left: Vec::new(), told: Vec::new() });
    if is_there {
        host::install();
        host::listen();
        dispatch(Event::Signal(Signals { gpc: host::gpc() }));
        restore();
    }
}

/// Everything that JavaScript tells arrives here; the answer is a verdict where one was asked for.
fn hear(kind: u32, text: &str) -> u32 {
    match kind {
        told::COOKIE => return judge_cookie(text),
        told::MARKUP => return judge_use(text, "markup"),
        told::HAS => return judge_use(text, "has"),
        told::FAILED => report(&[Problem::new(Code::MarkupFailed, "markup", text)]),
        told::ACTION => {
            act(text, if host::is_shown("settings") { Via::Settings } else { Via::Banner })
        }
        told::CALL => act(text, Via::Api),
        told::CLOSED => show::closed(),
        told::LOOK => look_again(),
        _ => {}
    }
    answer::ALLOW
}

fn judge_cookie(text: &str) -> u32 {
    expire();
    let write = cookie::Write::parse(text, now());
    let store = Attempt::Store { kind: ItemKind::Cookie, name: write.name };
    let stored = judge(store);
    let is_removal = write.removes && stored != Verdict::Allow;
    let verdict = if is_removal { judge(Attempt::Remove) } else { stored };
    host::attempted("cookie", write.name, verdict.word());
    if is_removal { answer::REMOVE } else { answer_for(verdict) }
}

/// Whether what is marked with this name may run; `has()` is the same question asked by code.
fn judge_use(name: &str, place: &str) -> u32 {
    expire();
    let is_markup = place == "markup";
    if page().is_some_and(|page| page.policy.category_named(name).is_none()) {
        let code = if is_markup { Code::MarkupUnknown } else { Code::NameUnknown };
        report_once(Problem::new(code, place, name));
    }
    let verdict = judge(Attempt::Use { name });
    if is_markup {
        host::attempted(place, name, verdict.word());
    }
    answer_for(verdict)
}

/// The gate's verdict now; without a core, nothing passes.
fn judge(attempt: Attempt) -> Verdict {
    with(|core| gate::verdict(&core.page.policy, &core.state, attempt)).unwrap_or(Verdict::Refuse)
}

fn answer_for(verdict: Verdict) -> u32 {
    match verdict {
        Verdict::Allow => answer::ALLOW,
        Verdict::Hold => answer::HOLD,
        Verdict::Refuse => answer::REFUSE,
    }
}

/// What a control asks for. The same word on the first layer and in the settings is another way.
fn act(action: &str, via: Via) {
    match action {
        "accept-all" => dispatch(Event::AcceptAll(via)),
        "reject-all" => dispatch(Event::RejectAll(via)),
        "withdraw" => dispatch(Event::Withdraw(via, Vec::new())),
        "save" => {
            let mut selection = Json::object();
            for name in source::texts(&host::switched_on()) {
                selection = selection.with(&name, Json::Bool(true));
            }
            dispatch(Event::Save(via, selection));
        }
        "settings" | "open" => show::open(),
        "close" => host::close_settings(),
        // A word of a newer page: nothing is granted by what we do not know.
        _ => {}
    }
}

/// Lets choices whose time is over go, before anything is judged by them.
fn expire() {
    let now = now();
    if with(|core| core.state.first_expiry().is_some_and(|at| at <= now)) == Some(true) {
        dispatch(Event::Tick);
    }
}

/// Another tab may have decided, or the clock gone on, while nobody looked.
fn look_again() {
    expire();
    let stored = storage::read_state();
    if with(|core| core.stored != stored) == Some(true) {
        restore();
    }
    show::layer();
}

/// Takes the stored state over, as far as the ledger beside it is sound.
fn restore() {
    let (mut stored, mut subject) = (String::new(), String::new());
    // A decision whose record was tampered with proves nothing: it does not count.
    match storage::read_ledger() {
        Some(ledger) => {
            stored = storage::read_state();
            subject = ledger.subject;
        }
        None => storage::write_state("", 0),
    }
    with(|core| core.stored = stored.clone());
    dispatch(Event::Restore { stored, subject });
}

/// One event through the session: step, then problems, then effects in their order.
fn dispatch(event: Event) {
    let Some(page) = page() else { return };
    if !page.is_there {
        // Many visitors share a server's memory: nobody's decision can be kept there.
        return;
    }
    let mut entropy = [[0; 16]; 2];
    entropy.iter_mut().for_each(|half| host::random(half));
    let marks = || Marks::of(&page.policy, &page.interface, &page.build);
    let context = Context { policy: &page.policy, marks: &marks, now: now(), entropy };
    let Some(Step { state, effects, problems }) = with(|core| step(&context, &core.state, event))
    else {
        return;
    };
    with(|core| core.state = state);
    report(&problems);
    for effect in effects {
        perform(&page, effect);
    }
}

fn perform(page: &Page, effect: Effect) {
    match effect {
        Effect::Persist { text, max_age_seconds } => {
            storage::write_state(&text, max_age_seconds);
            with(|core| core.stored = text);
        }
        Effect::Erase => {
            if let Some(state) = with(|core| core.state.clone()) {
                let left = erase::erase(&page.policy, &state);
                with(|core| core.left = left);
            }
        }
        Effect::Append(record) => {
            let left = with(|core| Json::texts(&core.left)).unwrap_or_default();
            // Read anew each time: another tab may have written since.
            let mut ledger = storage::read_ledger().unwrap_or_default();
            ledger.append(record.with("left", left));
            storage::write_ledger(&ledger);
        }
        Effect::Release => host::release(),
        Effect::Show => show::settle(),
        Effect::Announce(change) => host::emit("change", &change.canonical()),
    }
}
