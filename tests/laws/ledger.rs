//! The laws of what is written down: that records and ledgers are read back as they were written, that no
//! change of one stays unseen, and that a verifier has nothing against what Consentinel itself writes.

use consentinel::{
    json::Json,
    ledger::{Ledger, verify},
    policy::Policy,
    record::{Record, Via},
    session::{Effect, Event},
    source,
    state::State,
};
use proptest::{collection::vec, prelude::*};

use super::{any_event, any_name, any_via, for_sale, jimo, run, runner, selection};

/// A ledger as a browser makes it: some decisions, one after another.
fn ledger(events: Vec<(Event, i64)>) -> Ledger {
    let policy = jimo();
    let mut state = State::undecided(&policy);
    let mut ledger = Ledger::default();
    for (number, (event, now)) in events.into_iter().enumerate() {
        let outcome = run(&policy, &state, event, now, number as u8);
        state = outcome.state;
        for effect in outcome.effects {
            if let Effect::Append(record) = effect {
                ledger.append(record.with("left", Json::texts(&["kept".to_owned()])));
            }
        }
    }
    ledger
}

fn decisions() -> impl Strategy<Value = Vec<(Event, i64)>> {
    let event = prop_oneof![
        any_via().prop_map(Event::AcceptAll),
        any_via().prop_map(Event::RejectAll),
        any_via().prop_map(|via| Event::Withdraw(via, Vec::new())),
        Just(Event::Once("jimo".to_owned())),
        Just(Event::Grant(Via::Placeholder, "jimo".to_owned())),
        (any_via(), selection()).prop_map(|(via, selection)| Event::Save(via, selection)),
    ];
    vec((event, 0..4_000_000_000_000i64), 1..6)
}

#[test]
fn a_record_and_a_ledger_are_read_back_as_they_were_written() {
    runner()
        .run(&decisions(), |events| {
            let ledger = ledger(events);
            for line in &ledger.lines {
                let record = Record::read(&source::parse(line).unwrap()).unwrap();
                prop_assert_eq!(&record.canonical(), line);
            }
            let text = ledger.to_text();
            let (verified, problems) = verify(&text, &source::parse);
            prop_assert!(problems.iter().all(|problem| !problem.is_error()));
            prop_assert_eq!(&verified, &Some(ledger.clone()));
            prop_assert_eq!(Ledger::read(&text, &source::parse), Some(ledger));
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_flipped_bit_of_a_ledger_is_found_by_the_verifier_and_by_the_page() {
    let inputs = (decisions(), any::<prop::sample::Index>(), 0..8u8);
    runner()
        .run(&inputs, |(events, at, bit)| {
            let mut bytes = ledger(events).to_text().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            // What is no UTF-8 any more is refused before it gets here.
            if let Ok(text) = String::from_utf8(bytes) {
                prop_assert_eq!(verify(&text, &source::parse).0, None);
                prop_assert_eq!(Ledger::read(&text, &source::parse), None);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_long_ledger_stays_bounded_and_whole() {
    let events = (0..250).map(|number| (Event::RejectAll(Via::Api), number)).collect();
    let ledger = ledger(events);
    assert_eq!((ledger.lines.len(), ledger.summarised), (100, 150));
    assert_eq!(verify(&ledger.to_text(), &source::parse), (Some(ledger), vec![]));
}

/// A browser with its clock, what it keeps, and its page.
struct Browser {
    policy: Policy,
    state: State,
    ledger: Ledger,
    /// What stood in the state cookie, each time.
    stored: Vec<String>,
    now: i64,
    steps: u8,
}

impl Browser {
    fn new() -> Browser {
        let policy = for_sale();
        let state = State::undecided(&policy);
        let (ledger, stored) = (Ledger::default(), vec![String::new()]);
        Browser { policy, state, ledger, stored, now: 0, steps: 0 }
    }

    fn hear(&mut self, event: Event) {
        self.steps += 1;
        let outcome = run(&self.policy, &self.state, event, self.now, self.steps);
        self.state = outcome.state;
        for effect in outcome.effects {
            match effect {
                Effect::Append(record) => self.ledger.append(record.with("left", Json::texts(&[]))),
                Effect::Persist { text, .. } => self.stored.push(text),
                _ => {}
            }
        }
    }

    /// Another page starts, with what stood in the cookie so many decisions ago.
    fn restart(&mut self, ago: usize) {
        let at = self.stored.len() - 1 - ago % self.stored.len();
        let kept = self.stored.last().cloned().unwrap_or_default();
        let stored = format!("{} \n\n{kept}", self.stored[at]);
        self.hear(Event::Restore { stored, is_proved: false });
        // The shell goes on under the pseudonym of the ledger, which outlives the cookie.
        if !self.ledger.subject.is_empty() {
            self.state.subject.clone_from(&self.ledger.subject);
        }
    }
}

/// What happens in a browser.
#[derive(Clone, Debug)]
enum Happening {
    Event(Event),
    Restart(usize),
}

/// Every event in every way, also those that no page sends.
fn anything() -> impl Strategy<Value = Happening> {
    let event = any_event()
        .prop_filter("done by a restart", |event| !matches!(event, Event::Restore { .. }));
    prop_oneof![4 => event.prop_map(Happening::Event), 1 => (0..4_usize).prop_map(Happening::Restart)]
}

/// What visitors and owners of pages can do, through what they can do it.
fn anything_on_a_page() -> impl Strategy<Value = Happening> {
    let via = || prop_oneof![Just(Via::Banner), Just(Via::Settings), Just(Via::Api)];
    let event = prop_oneof![
        via().prop_map(Event::AcceptAll),
        via().prop_map(Event::RejectAll),
        (via(), selection()).prop_map(|(via, selection)| Event::Save(via, selection)),
        via().prop_map(|via| Event::Withdraw(via, Vec::new())),
        vec(any_name(), 0..3).prop_map(|names| Event::Withdraw(Via::Api, names)),
        any_name().prop_map(Event::Once),
        any_name().prop_map(|name| Event::Grant(Via::Placeholder, name)),
        any_name().prop_map(|name| Event::Grant(Via::Api, name)),
        super::signals().prop_map(Event::Signal),
        Just(Event::OptOut),
    ];
    prop_oneof![4 => event.prop_map(Happening::Event), 1 => Just(Happening::Restart(0))]
}

#[test]
fn nothing_that_can_happen_makes_a_ledger_that_a_verifier_refuses() {
    // By whatever clock: one of 1970, one that jumps.
    let happenings = vec((anything(), -1_000_000_000_000..8_640_000_000_000_000i64), 1..12);
    runner()
        .run(&happenings, |happenings| {
            let mut browser = Browser::new();
            for (happening, now) in happenings {
                browser.now = now;
                match happening {
                    Happening::Event(event) => browser.hear(event),
                    Happening::Restart(ago) => browser.restart(ago),
                }
            }
            let (verified, problems) = verify(&browser.ledger.to_text(), &source::parse);
            let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
            prop_assert!(errors.is_empty(), "{errors:?} in {}", browser.ledger.to_text());
            prop_assert_eq!(verified, Some(browser.ledger));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_verifier_says_nothing_about_what_a_page_writes_while_its_clock_goes_on() {
    let day = 86_400_000_i64;
    let happenings = vec((anything_on_a_page(), 0..200 * day), 1..12);
    runner()
        .run(&happenings, |happenings| {
            let mut browser = Browser::new();
            browser.now = 1_800_000_000_000;
            for (happening, passed) in happenings {
                browser.now += passed;
                // As a page does before it hears anything.
                browser.hear(Event::Tick);
                browser.hear(Event::OptOut);
                match happening {
                    Happening::Event(event) => browser.hear(event),
                    Happening::Restart(ago) => browser.restart(ago),
                }
            }
            let (verified, problems) = verify(&browser.ledger.to_text(), &source::parse);
            prop_assert_eq!(&problems, &[], "{}", browser.ledger.to_text());
            prop_assert_eq!(verified, Some(browser.ledger));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_verifier_reads_each_line_once() {
    for count in [10, 20, 40] {
        let mut browser = Browser::new();
        for _ in 0..count {
            browser.hear(Event::RejectAll(Via::Api));
        }
        let (lines, bytes) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
        let parse = |line: &str| {
            lines.set(lines.get() + 1);
            bytes.set(bytes.get() + line.len() + 1);
            source::parse(line)
        };
        let text = browser.ledger.to_text();
        assert_eq!(verify(&text, &parse), (Some(browser.ledger), vec![]));
        // A record in canonical form is read in one walk; nothing else is left to the parser.
        let header = text.find('\n').unwrap() + 1;
        assert_eq!((lines.take(), bytes.take()), (1, header));
        let damaged = text.replace("{\"action\"", "{ \"action\"");
        assert!(verify(&damaged, &parse).0.is_none());
        assert_eq!((lines.get(), bytes.get()), (count + 1, damaged.len()));
    }
}
