//! The browser shell: the only folder that knows a page. It hears what happens, asks the pure side,
//! and performs the effects in their order. `host` is the border to JavaScript, `show` what the visitor sees, `storage` and `erase` what the browser keeps.
//!
//! INVARIANT: no JavaScript runs while the core is borrowed. What [`core`] hands out is dropped before
//! a function of `host` is called, and effects are performed after the step; so page code that
//! answers an event by calling the API finds the core free.

mod erase;
mod host;
#[cfg(feature = "module")]
mod module;
mod policy;
mod report;
mod show;
mod single;
mod source;
mod storage;

use alloc::{string::String, vec::Vec};
use core::cell::RefMut;

use crate::{
    cookie,
    csp::{self, Page},
    gate::{self, Attempt, Verdict},
    json::Json,
    ledger::Ledger,
    notice::{Interface, notice},
    policy::{ItemKind, Policy},
    problem::{Code, Problem},
    record::{Marks, Via},
    session::{Context, Effect, Event, Step, step},
    signal::Signals,
    state::{self, State},
    text,
    time::UnixMillis,
};
use host::{answer, told, wrappers};
use report::{report, report_once};
use single::Single;

/// All that is known.
struct Core {
    policy: Policy,
    interface: Interface,
    build: String,
    /// The page's own, such as `https://example.com`.
    origin: String,
    /// The folder of the tag's own files, where that is another site's.
    files: String,
    /// The service or category whose frames load this time.
    once: String,
    /// Whether there is a page at all; on a server there is none, and everything optional stays off.
    is_there: bool,
    /// Whether the texts of the language wanted are on their way: until then nothing is shown.
    is_waiting: bool,
    /// The languages wanted.
    languages: String,
    state: State,
    /// What is stored ([`stored`]) as last read or written, to notice what another tab did.
    stored: String,
    /// Names that the last erasing left behind.
    left: Vec<String>,
    /// Messages that are told once.
    told: Vec<String>,
}

impl Core {
    fn page(&self) -> Page<'_> {
        Page { origin: &self.origin, files: &self.files, once: &self.once }
    }

    /// Whether something granted counts only from the next page on.
    fn waits(&self) -> bool {
        !self.state.waiting(&self.policy).is_empty()
    }
}

/// Where a name was asked for: by an element, by a frame, by code.
const MARKUP: &str = "markup";
const MARKED_FRAME: &str = "marked-frame";
const HAS: &str = "has";

static CORE: Single<Core> = Single::new();

/// The core, if it runs and nobody else looks at it.
#[inline(never)]
fn core() -> Option<RefMut<'static, Core>> {
    CORE.get()
}

fn now() -> UnixMillis {
    UnixMillis(host::now() as i64)
}

/// Brings the core up; then the gate, before anything else of the page runs. `page` says what
/// `www/js/start.js` knows: `policy` (JSON text) where there is one, `texts` by language, the
/// `languages` wanted, the hash of the `build`, whether it `isThere`, `isChild`, or `isWaiting` for texts,
/// and whether it sends `gpc`. Where there is no page, nothing is gated and nothing optional is granted.
fn start(page: &Json) {
    let is_true = |key| matches!(page.field(key), Some(Json::Bool(true)));
    let (policy, problems) = policy::read(page.field("policy").and_then(Json::as_text));
    let texts = page.field("texts").unwrap_or(page);
    let languages = page.text_at("languages");
    let is_there = is_true("isThere");
    let mut state = State::undecided(&policy);
    state.is_child = is_true("isChild");
    CORE.set(Core {
        interface: Interface::choose(texts, languages, &policy),
        state,
        policy,
        is_waiting: is_true("isWaiting"),
        languages: String::from(languages),
        build: String::from(page.text_at("build")),
        origin: String::from(page.text_at("origin")),
        files: String::from(page.text_at("files")),
        once: String::from(page.text_at("once")),
        is_there,
        stored: String::new(),
        left: Vec::new(),
        told: Vec::new(),
    });
    if is_there {
        dispatch(Event::Signal(Signals { gpc: is_true("gpc") }));
        restore(true);
        host::listen();
    }
    report(&problems);
    if is_there {
        if !is_true("isWaiting") {
            report_languages(false);
        }
        host::emit("ready", &answer(told::STATE));
    }
}

/// Takes the texts of a language that were waited for, and shows what was not shown without them.
fn take_texts(texts: &Json) {
    let is_missing = matches!(texts, Json::Object(entries) if entries.is_empty());
    if let Some(mut core) = core() {
        core.is_waiting = false;
        if !is_missing {
            core.interface = Interface::choose(texts, &core.languages, &core.policy);
        }
    }
    report_languages(is_missing);
    show::layer();
}

/// Warns where visitors read another language than the one they want. Which texts of the policy they do, the
/// face tells.
fn report_languages(is_missing: bool) {
    let mut problems = Vec::new();
    if let Some(core) = core() {
        let Interface { language, is_fallback, .. } = &core.interface;
        if is_missing || *is_fallback {
            problems.push(Problem::new(Code::LanguageMissing, &core.languages, language));
        }
    }
    report(&problems);
}

/// Everything that JavaScript tells arrives here; the answer is a verdict where one was asked for.
fn hear(kind: u32, text: &str) -> u32 {
    expire();
    match kind {
        told::START => start(&source::read(text)),
        told::ATTEMPT => return judge_attempt(text),
        told::MARKUP => return judge_use(text, MARKUP),
        told::MARKED_FRAME => return judge_use(text, MARKED_FRAME),
        told::HAS => return judge_use(text, HAS),
        told::ERASABLE => return erase::is_erasable(text),
        told::SWEEP => {
            // Another page of the site may have decided, and these be its cookies. Its cookie may be
            // seen before what it keeps beside the ledger: then there is a look when that comes.
            let stored = stored();
            let (state, kept) = text::split(&stored, b'\n');
            let is_halfway = kept.is_some_and(|kept| !kept.is_empty() && kept != state);
            if !is_halfway || is_known(&stored) {
                look_again();
                erase::sweep();
            }
            if core().is_some_and(|core| core.policy.is_report_only) {
                return answer::ALLOW;
            }
        }
        told::FAILED => report(&[Problem::new(Code::MarkupFailed, "markup", text)]),
        told::ACTION => {
            let is_open = host::is_shown("settings");
            act(text, if is_open { Via::Settings } else { Via::Banner }, true);
            // The layer that was answered has said so; a click that only opens or closes one is no answer.
            let is_answer = matches!(text, "accept-all" | "save");
            if is_answer && core().is_some_and(|core| core.policy.is_browser_gate && core.waits()) {
                host::reload("");
            }
        }
        told::CALL | told::OWNER_CALL => act(text, Via::Api, kind == told::OWNER_CALL),
        told::CLOSED => show::closed(),
        told::LOOK => look_again(),
        // Both only after a click of the visitor in a placeholder of ours.
        told::ONCE if decide(Event::Once(String::from(text))) => return answer::ALLOW,
        told::ONCE => {}
        told::ALWAYS | told::OWNER_GRANT => {
            let via = if kind == told::ALWAYS { Via::Placeholder } else { Via::Api };
            decide(Event::Grant(via, String::from(text)));
        }
        told::GRANT => refuse("grant"),
        told::TEXTS => take_texts(&source::read(text)),
        told::SAVE | told::OWNER_SAVE => save(text, Via::Api, kind == told::OWNER_SAVE),
        told::WITHDRAW => {
            let mut names = Vec::new();
            let given = source::read(text);
            for name in given.elements().iter().chain([&given]) {
                if let Json::Text(name) = name {
                    names.push(name.clone());
                }
            }
            _ = decide(Event::Withdraw(Via::Api, names));
        }
        _ => host::reply(&answer(kind)),
    }
    // What asked for no verdict takes none for a yes.
    answer::REFUSE
}

/// The state, the records or the notice as JSON text, or the ledger as it is exported.
fn answer(kind: u32) -> String {
    let mut out = String::new();
    match kind {
        told::STATE => {
            if let Some(core) = core() {
                out = core.state.to_json(&core.policy, &core.interface.language).canonical();
            }
        }
        told::LEDGER => {
            for line in &whole_ledger().lines {
                out.push(if out.is_empty() { '[' } else { ',' });
                out.push_str(line);
            }
            out.push_str(if out.is_empty() { "[]" } else { "]" });
        }
        told::EXPORT => out = whole_ledger().to_text(),
        told::RULES => {
            if let Some(core) = core()
                && !core.policy.is_report_only
            {
                out = csp::header(&core.policy, &core.state, &core.page()).unwrap_or_default();
            }
        }
        told::NOTICE => {
            if let Some(core) = core() {
                out = notice(&core.policy, &core.interface).canonical();
            }
        }
        _ => {}
    }
    out
}

/// The ledger for those who ask. A broken one is set aside, and the answers it recorded go with it.
fn whole_ledger() -> Ledger {
    storage::read_ledger().unwrap_or_else(|| {
        forget();
        look_again();
        Ledger::default()
    })
}

/// Takes the stored answer away: a decision whose record was tampered with proves nothing.
fn forget() {
    storage::write_state("", 0);
    // No state reads like this, so no cookie that comes later grants anything beside it.
    storage::write_kept("none");
}

/// An attempt: a word for its kind, a space, and its name or address.
fn judge_attempt(text: &str) -> u32 {
    let (word, name) = text::split(text, b' ');
    let name = name.unwrap_or_default();
    if word != "cookie" {
        return answer_for(judge(word, name));
    }
    let write = cookie::Write::parse(name, now());
    if !write.removes {
        return answer_for(judge(word, write.name));
    }
    // What only removes always passes, and nobody needs to hear of it.
    let attempt = Attempt::Store { kind: ItemKind::Cookie, name: write.name };
    match core() {
        Some(core) if gate::verdict(&core.policy, &core.state, attempt) != Verdict::Allow => {
            answer::REMOVE
        }
        _ => answer::ALLOW,
    }
}

/// Whether what is marked with this name may run; `has()` is the same question asked by code.
fn judge_use(name: &str, place: &str) -> u32 {
    if core().is_none_or(|core| core.policy.category_named(name).is_none()) {
        let is_code = place == HAS;
        let code = if is_code { Code::NameUnknown } else { Code::MarkupUnknown };
        report_once(Problem::new(code, if is_code { HAS } else { MARKUP }, name));
    }
    answer_for(judge(place, name))
}

/// The gate's verdict now; without a core, nothing passes. What is held or refused is reported.
fn judge(word: &str, name: &str) -> Verdict {
    let Some(core) = core() else { return Verdict::Refuse };
    let attempt = match ItemKind::of_word(word) {
        Some(kind) => Attempt::Store { kind, name },
        None if word == MARKUP || word == HAS => Attempt::Use { name },
        None if word == MARKED_FRAME => Attempt::UseFrame { name },
        None if word == "frame" => Attempt::Frame { url: name, origin: &core.origin },
        None => Attempt::Request { url: name, origin: &core.origin },
    };
    let verdict = gate::verdict(&core.policy, &core.state, attempt);
    if verdict == Verdict::Allow || word == HAS {
        return verdict;
    }
    let is_enforced = gate::is_enforced(&core.policy, attempt);
    let service = String::from(gate::claimant(&core.policy, &core.state, attempt));
    drop(core);
    // What a request asks for in detail may be anybody's secret.
    let (name, _) = text::split(text::split(name, b'?').0, b'#');
    let kind = if word == MARKED_FRAME { MARKUP } else { word };
    host::attempted(kind, name, &service, answer_for(verdict));
    if is_enforced { verdict } else { Verdict::Allow }
}

fn answer_for(verdict: Verdict) -> u32 {
    match verdict {
        Verdict::Allow => answer::ALLOW,
        Verdict::Hold => answer::HOLD,
        Verdict::Refuse => answer::REFUSE,
    }
}

/// What a control asks for. The same word on the first layer and in the settings is another way.
/// Whatever script of the page may ask for as well must not grant.
fn act(action: &str, via: Via, may_grant: bool) {
    match action {
        "accept-all" if !may_grant => refuse(action),
        "accept-all" => _ = decide(Event::AcceptAll(via)),
        "reject-all" => _ = decide(Event::RejectAll(via)),
        "withdraw" => _ = decide(Event::Withdraw(via, Vec::new())),
        "save" => save(&host::switched(), via, may_grant),
        "settings" | "open" => show::open(),
        "close" => host::close_settings(),
        // A word of a newer page: nothing is granted by what we do not know.
        _ => {}
    }
}

/// Saves a selection, JSON text of names and booleans.
fn save(selection: &str, via: Via, may_grant: bool) {
    let selection = source::read(selection);
    if let Json::Object(entries) = &selection {
        for (_, value) in entries {
            if *value == Json::Bool(true) && !may_grant {
                return refuse("save");
            }
        }
    }
    _ = decide(Event::Save(via, selection));
}

/// Grants nothing, as whoever asks may be any script of the page.
fn refuse(action: &str) {
    report(&[Problem::new(Code::GrantUntrusted, action, "")]);
}

/// Lets choices whose time is over go, before anything is judged by them.
fn expire() {
    let now = now();
    let expiry = core().and_then(|core| core.state.first_expiry());
    if expiry.is_some_and(|at| at <= now) {
        dispatch(Event::Tick);
    }
}

/// Another tab may have decided, or the clock gone on, while nobody looked.
fn look_again() {
    if !is_known(&stored()) {
        restore(false);
    }
    show::layer();
}

/// The stored state, and behind a line feed what is kept of it beside the ledger; empty without a state.
/// Local storage is opened only where there is something to compare: the first look into it can cost a page
/// ten milliseconds.
fn stored() -> String {
    let mut stored = storage::read_state();
    if !stored.is_empty() {
        stored.push('\n');
        stored.push_str(&storage::read_kept());
    }
    stored
}

fn is_known(stored: &str) -> bool {
    core().is_none_or(|core| core.stored == stored)
}

/// Takes the stored state over, as far as what is kept beside it says the same. The ledger waits for those
/// who need it: reading and checking it took a fifth of a start.
fn restore(is_start: bool) {
    let now = now();
    let mut both = stored();
    // Where an older Consentinel kept nothing beside its ledger, the last record says what was decided.
    if let (state, Some("")) = text::split(&both, b'\n')
        && let Some(record) = storage::last_record()
    {
        let mut text = String::new();
        if let Some(core) = core() {
            text = state::recorded(state, &record, &core.policy, now);
        }
        storage::write_kept(&text);
        both = stored();
    }
    let (stored, kept) = text::split(&both, b'\n');
    let stored = String::from(stored);
    let kept = String::from(kept.unwrap_or_default());
    if let Some(mut core) = core() {
        core.stored = both;
    }
    dispatch(if is_start {
        Event::Start { stored, kept }
    } else {
        Event::Restore { stored, kept }
    });
}

/// A decision goes on under the pseudonym of the ledger, whatever a cookie says, so that the chain stays one
/// browser's; beside a broken ledger nothing decided before counts any more. Whether the event had effects.
fn decide(event: Event) -> bool {
    if core().is_some_and(|core| core.is_there) {
        match storage::read_ledger() {
            Some(ledger) => {
                if !ledger.subject.is_empty()
                    && let Some(mut core) = core()
                {
                    core.state.subject = ledger.subject;
                }
            }
            None => {
                forget();
                restore(false);
            }
        }
    }
    dispatch(event)
}

/// One event through the session: step, then problems, then effects in their order. Whether there were
/// effects.
#[inline(never)]
fn dispatch(event: Event) -> bool {
    // What a placeholder let through this time ends with it.
    let is_refusal = matches!(event, Event::RejectAll(_) | Event::Save(..) | Event::Withdraw(..));
    let is_in_place = matches!(event, Event::Grant(Via::Placeholder, _));
    let mut entropy = [[0; 16]; 2];
    host::random(entropy.as_flattened_mut());
    let now = now();
    let Some(mut core) = core() else { return false };
    if !core.is_there {
        // Many visitors share a server's memory: nobody's decision can be kept there.
        return false;
    }
    let marks = || Marks::of(&core.policy, &core.interface, &core.build);
    let context = Context { policy: &core.policy, marks: &marks, now, entropy, page: core.page() };
    let Step { state, effects, problems } = step(&context, &core.state, event);
    core.state = state;
    if is_refusal {
        core.once.clear();
    }
    drop(core);
    let is_done = !effects.is_empty();
    // Nobody hears of anything before it is closed.
    if effects.first() == Some(&Effect::Close) {
        close();
    }
    report(&problems);
    for effect in effects {
        perform(effect, is_refusal, is_in_place);
    }
    is_done
}

/// Closes the gate for what holds now: puts the browser's own in force as far as it goes, and says which
/// wrappers have to stand beside it.
fn close() {
    let Some(core) = core() else { return };
    let Core { policy, state, .. } = &*core;
    let text =
        if state.barrier.is_there { csp::for_page(policy, state, &core.page()) } else { None };
    let mut is_held = text.is_none() || state.barrier.holds;
    csp::gaps(policy, state, &core.page(), |_, _| is_held = true);
    let wrappers = if is_held {
        wrappers::WRAP_REQUESTS
    } else if state.grants_all(policy) {
        wrappers::WRAP_STORES
    } else {
        wrappers::WRAP_REALMS
    };
    drop(core);
    host::close(&text.unwrap_or_default(), wrappers);
}

fn perform(effect: Effect, is_refusal: bool, is_in_place: bool) {
    match effect {
        // Done, before anything was told.
        Effect::Close => {}
        Effect::Persist { text, max_age_seconds } => {
            // In this order: another tab that hears of the second finds the first.
            storage::write_state(&text, max_age_seconds);
            storage::write_kept(&text);
            let stored = stored();
            if let Some(mut core) = core() {
                core.stored = stored;
            }
        }
        Effect::Erase => {
            let left = erase::erase();
            if let Some(mut core) = core() {
                core.left = left;
            }
        }
        Effect::Append(mut record) => {
            if let Some(core) = core() {
                record.put("left", Json::texts(&core.left));
            }
            // Read anew each time: another tab may have written since.
            let mut ledger = storage::read_ledger().unwrap_or_default();
            ledger.append(record);
            storage::write_ledger(&ledger);
        }
        Effect::Release => host::release(is_refusal.into()),
        Effect::Show => show::settle(is_in_place),
        Effect::Announce(change) => host::emit("change", &change.canonical()),
    }
}
