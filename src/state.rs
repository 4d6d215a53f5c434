//! The state: what holds now for each category. How it changes is [`crate::session`]; how it is stored, and what counts
//! of what was, is said in the file beside this one.

mod stored;

pub use stored::{Latest, Stored, latest, limit, proved, read, recorded, sent, write};
pub(crate) use stored::{marked, place, try_read};

use alloc::{string::String, vec::Vec};

use crate::{
    json::Json,
    policy::{Asked, Covers, MOST_SERVICES, NOBODY, Policy},
    signal::Signals,
    time::UnixMillis,
};

/// What the visitor wants for one category.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Choice {
    /// No answer that still counts: never asked, expired, or the category changed.
    #[default]
    Undecided,
    /// Yes.
    Grant,
    /// No.
    Deny,
}

impl Choice {
    /// What a service's choice is where it is another one than that of its category.
    pub(crate) fn other(self) -> Choice {
        if self == Choice::Grant { Choice::Deny } else { Choice::Grant }
    }

    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Choice::Undecided => "undecided",
            Choice::Grant => "granted",
            Choice::Deny => "denied",
        }
    }
}

/// One category's choice, when it stops counting, and what it leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// The choice.
    pub choice: Choice,
    /// The first millisecond at which it no longer counts, for its services too; zero while nothing is
    /// decided in it.
    pub expires_at: UnixMillis,
    /// The services of the category whose choice is the other one: denied, where the category is granted;
    /// granted, where it is not.
    pub others: Services,
    /// Whether a signal of the browser was heard when it was given: what it grants was granted all the same, and where it
    /// is undecided, what the signal opts out of is denied ([`State::choice`]).
    pub is_heard: bool,
}

impl Standing {
    /// Whether anything is decided in it.
    pub(crate) fn is_something(&self) -> bool {
        self.expires_at.0 != 0
    }

    /// Whether it grants the service at this position of its category.
    fn grants(&self, service: usize) -> bool {
        (self.choice == Choice::Grant) != self.others.has(service)
    }

    /// Gives it this choice, and the services of its category theirs.
    pub(crate) fn give(
        &mut self,
        policy: &Policy,
        category: usize,
        choice: Choice,
        grants: &dyn Fn(usize) -> bool,
    ) {
        self.choice = choice;
        for service in 0..policy.services.len() {
            let is_own = policy.category_of(service) == category;
            self.others.put(service, is_own && grants(service) != (choice == Choice::Grant));
        }
        self.settle();
    }

    /// Nothing lasts of one that decides nothing any more.
    pub(crate) fn settle(&mut self) {
        if !self.is_anything() {
            *self = Standing::default();
        }
    }

    /// Whether it says anything.
    pub(crate) fn is_anything(&self) -> bool {
        self.choice != Choice::Undecided || self.others != NO_SERVICE || self.is_heard
    }
}

/// A set of services, by their positions in the policy. Of a fixed size, so that a standing stays one plain
/// value; a byte each, as code that picks bits out weighs more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Services([bool; MOST_SERVICES]);

impl Default for Services {
    fn default() -> Services {
        NO_SERVICE
    }
}

impl Services {
    /// Whether the service at this position is in it.
    pub fn has(&self, service: usize) -> bool {
        self.0.get(service).is_some_and(|is_in| *is_in)
    }

    /// Puts the service at this position in, or takes it out.
    pub fn put(&mut self, service: usize, is_in: bool) {
        if let Some(slot) = self.0.get_mut(service) {
            *slot = is_in;
        }
    }
}

/// The standing of a category that nobody has answered for.
static UNDECIDED: Standing = Standing {
    choice: Choice::Undecided,
    expires_at: UnixMillis(0),
    others: NO_SERVICE,
    is_heard: false,
};

/// The empty set.
pub const NO_SERVICE: Services = Services([false; MOST_SERVICES]);

/// What holds now. Nothing in it is granted but by a decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// One entry for each category of the policy, in its order. Those of necessary categories stay
    /// undecided: nobody is asked about them.
    pub standings: Vec<Standing>,
    /// When the visitor last decided.
    pub decided_at: UnixMillis,
    /// The browser's pseudonym, minted at the first decision; empty before.
    pub subject: String,
    /// The language of the notice that was shown at the last decision.
    pub language: String,
    /// What the browser signals; heard anew on every page. What it has opted out of is stored ([`Standing::is_heard`]).
    pub signals: Signals,
    /// Whether the page is for a child (law R45): then everything optional counts as denied, whatever
    /// is stored. Said anew by every page, never stored.
    pub is_child: bool,
    /// Whether an answer was left out that only the module that comes later can judge ([`Policy::is_brief`]).
    pub is_unjudged: bool,
    /// What the browser itself holds in this page; never stored.
    pub barrier: Barrier,
}

/// What the browser's own Content-Security-Policy keeps closed in a page. It can only be tightened as long
/// as the page is there: what is granted after it was closed is stored at once, and counts from the next
/// page on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Barrier {
    /// Whether this page has one ([`crate::csp::for_page`]).
    pub is_there: bool,
    /// Whether what is undecided waits in this page, held by our wrappers, which then judge every frame too;
    /// so the browser keeps closed neither what is undecided nor frames.
    pub holds: bool,
    /// The categories that are closed, by their positions.
    pub categories: Services,
    /// The services that are closed.
    pub services: Services,
}

impl State {
    /// The state before any decision.
    pub fn undecided(policy: &Policy) -> State {
        let mut state = State::default();
        for _ in &policy.categories {
            state.standings.push(Standing::default());
        }
        state
    }

    /// The standing of the category at this position; undecided for one that is not there.
    pub(crate) fn standing(&self, category: usize) -> &Standing {
        self.standings.get(category).unwrap_or(&UNDECIDED)
    }

    /// The choice for what belongs to the category and to the service at these positions; [`NOBODY`]
    /// where it belongs to no service.
    ///
    /// Something may stand in another category than its service does. A refused service is refused
    /// there too, but only its own category's things are granted with it. And what a signal of the browser opts out of
    /// is refused, whatever else is stored, unless it was granted knowing of that.
    #[inline(never)]
    pub fn choice(&self, policy: &Policy, category: usize, service: usize) -> Choice {
        if self.is_child || self.is_opted_out(policy, category, service) {
            Choice::Deny
        } else {
            let own = policy.category_of(service);
            let standing = self.standing(own);
            let is_other = own == category || standing.choice == Choice::Grant;
            if standing.others.has(service) && is_other {
                standing.choice.other()
            } else {
                self.standing(category).choice
            }
        }
    }

    /// Whether a signal of the browser denies this: one that is there, where the answer is older; one that was there, where
    /// there has been no answer since.
    fn is_opted_out(&self, policy: &Policy, category: usize, service: usize) -> bool {
        let own = policy.category_of(service);
        policy.asked.iter().any(|it| {
            let standing = self.standing(it.category);
            it.is_sold
                && if it.service == NOBODY {
                    it.category == category && category != own
                } else {
                    it.service == service
                }
                && if standing.is_heard {
                    standing.choice == Choice::Undecided && !standing.others.has(service)
                } else {
                    self.signals.is_any()
                }
        })
    }

    /// Whether a signal of the browser is there that nobody has heard yet where something is for sale that may not be denied
    /// already, in the category at this position or, of [`NOBODY`], in any.
    pub fn is_unheard(&self, policy: &Policy, category: usize) -> bool {
        let is_open = |standing: &Standing| {
            let Standing { choice, others, is_heard, .. } = standing;
            !is_heard && (*choice != Choice::Deny || *others != NO_SERVICE)
        };
        let is_in = |it: &Asked| category == it.category || category == NOBODY;
        let mut asked = policy.asked.iter();
        self.signals.is_any()
            && !self.is_child
            && asked.any(|it| it.is_sold && is_in(it) && is_open(self.standing(it.category)))
    }

    /// The choice that holds in this page: as [`State::choice`], but a refusal for what the browser
    /// keeps closed here. `is_frame` is for a page in a frame.
    pub fn in_force(
        &self,
        policy: &Policy,
        category: usize,
        service: usize,
        is_frame: bool,
    ) -> Choice {
        let Barrier { categories, services, holds, .. } = &self.barrier;
        let is_by_category = policy.category_of(service) != category;
        let is_closed = services.has(service) || (is_by_category && categories.has(category));
        if is_closed && !(is_frame && *holds) {
            Choice::Deny
        } else {
            self.choice(policy, category, service)
        }
    }

    /// Closes the barrier for what is refused now, and for what was granted `before` and is not any more; in a
    /// page where nothing waits, for all that is not granted. Only where there are hosts to be closed: what asks
    /// nobody is held by wrappers alone, and can be opened again.
    pub(crate) fn close(&mut self, policy: &Policy, before: &State) {
        if !self.barrier.is_there {
            return;
        }
        for &Asked { category, service, .. } in &policy.asked {
            let has_hosts = policy
                .rules
                .iter()
                .any(|rule| rule.covers == Covers::Host && rule.category == category);
            let is_closed = match self.choice(policy, category, service) {
                Choice::Grant => false,
                Choice::Deny => true,
                Choice::Undecided => {
                    !self.barrier.holds || before.choice(policy, category, service) == Choice::Grant
                }
            };
            let Barrier { categories, services, .. } = &mut self.barrier;
            if has_hosts && is_closed {
                if service == NOBODY {
                    categories.put(category, true);
                } else {
                    services.put(service, true);
                }
            }
        }
    }

    /// Whether everything optional is granted and open in this page.
    pub fn grants_all(&self, policy: &Policy) -> bool {
        let is_open =
            |it: &Asked| self.in_force(policy, it.category, it.service, false) == Choice::Grant;
        policy.asked.iter().all(is_open)
    }

    /// The ids of the categories, then of the services, that are granted and closed in this page: they
    /// wait for the next one.
    pub fn waiting(&self, policy: &Policy) -> Vec<String> {
        policy.ids(&|it| {
            self.choice(policy, it.category, it.service) == Choice::Grant
                && self.in_force(policy, it.category, it.service, false) != Choice::Grant
        })
    }

    /// The ids of the categories, then of the services, that a signal which is there keeps denied.
    pub fn opted_out(&self, policy: &Policy) -> Vec<String> {
        policy.ids(&|it| {
            it.is_sold
                && self.signals.is_any()
                && self.choice(policy, it.category, it.service) == Choice::Deny
        })
    }

    /// Whether there is something to ask about: a category, or a service of one that a signal of the browser alone denies.
    pub fn asks(&self, policy: &Policy) -> bool {
        let is_asked =
            |it: &Asked| self.choice(policy, it.category, it.service) == Choice::Undecided;
        policy.asked.iter().any(is_asked)
    }

    /// When the first of the choices stops counting.
    pub fn first_expiry(&self) -> Option<UnixMillis> {
        let mut first = None;
        for standing in &self.standings {
            let is_earlier = first.is_none_or(|first| standing.expires_at < first);
            if standing.is_something() && is_earlier {
                first = Some(standing.expires_at);
            }
        }
        first
    }

    /// How many seconds the last of them counts for: so long the cookie is kept. Taken back to where nothing is
    /// decided any more, nothing of it lasts.
    pub fn seconds_left(&self, now: UnixMillis) -> i64 {
        self.last_expiry().0.saturating_sub(now.0).max(0) / 1000
    }

    /// When the last of them does.
    pub fn last_expiry(&self) -> UnixMillis {
        let mut last = UnixMillis(0);
        for standing in &self.standings {
            last = last.max(standing.expires_at);
        }
        last
    }

    /// The choices as the API shows them (`www/js/consentinel.d.ts`, `State`).
    pub fn to_json(&self, policy: &Policy, language: &str) -> Json {
        let word = |category, service| {
            let is_asked = policy.is_optional(category);
            if is_asked { self.choice(policy, category, service).word() } else { "necessary" }
        };
        let mut categories = Json::object();
        for (position, category) in policy.categories.iter().enumerate() {
            categories.put_text(&category.id, word(position, NOBODY));
        }
        let mut services = Json::object();
        for (position, (id, category)) in policy.services.iter().enumerate() {
            services.put_text(id, word(*category, position));
        }
        let first_expiry = self.first_expiry();
        let mut json = Json::object();
        json.put("asks", Json::Bool(self.asks(policy)));
        json.put("categories", categories);
        json.put("decided", Json::Bool(first_expiry.is_some()));
        json.put_text("language", language);
        json.put("services", services);
        let is_closed = self.barrier.is_there && !self.barrier.holds;
        json.put("reloads", Json::Bool(is_closed));
        json.put("optedOut", Json::texts(&self.opted_out(policy)));
        json.put("waits", Json::texts(&self.waiting(policy)));
        if let Some(at) = first_expiry {
            json.put_integer("decidedAtMs", self.decided_at.0);
            json.put_integer("expiresAtMs", at.0);
        }
        json
    }
}
