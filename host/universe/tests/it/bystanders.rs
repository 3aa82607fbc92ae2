//! People who look around: whenever the subject rests, at the moments that they name, and never while it works.

use super::{START, emitting, request};
use glasshouse_model as model;
use glasshouse_sandbox::Clock as _;
use glasshouse_universe::{Bystanders, Deed, Link, Outgoing, REQUEST_COST, Universe};
use std::sync::{Arc, Mutex};

const SECOND: u64 = 1_000_000_000;

/// When it looked, since the start, and how many documents it saw.
type Looks = Arc<Mutex<Vec<(u64, usize)>>>;

/// Notes when it looks and what it sees, says something a second after its first look, and wants to look at set times.
struct Watcher {
    looks: Looks,
    wakes: Vec<u64>,
}

impl Bystanders for Watcher {
    fn wakes(&self) -> Option<u64> {
        self.wakes.iter().min().copied()
    }

    fn look(&mut self, universe: &Universe) -> Vec<Deed> {
        let now = universe.clock().read();
        self.wakes.retain(|wakes| *wakes > now);
        let mut looks = self.looks.lock().unwrap();
        looks.push((now - START, universe.tables("emitting").unwrap().documents()));
        if looks.len() > 1 {
            return Vec::new();
        }
        let request = model::Request {
            method: "GET".into(),
            url: "https://emitting.example/write?said".into(),
            headers: Vec::new(),
            body: model::Body::default(),
        };
        let told = model::Happening::LeftScript { persona: "ana".into(), why: "for the test".into() };
        vec![Deed::Sends(Outgoing { from: "somebody".into(), due: now + SECOND, request }), Deed::Tells(told)]
    }
}

fn watched(wakes: &[u64]) -> (Link, Looks) {
    let looks = Looks::default();
    let mut universe = emitting();
    let wakes = wakes.iter().map(|at| START + at).collect();
    universe.set_bystanders(Box::new(Watcher { looks: Arc::clone(&looks), wakes }));
    (Link::new(universe), looks)
}

#[test]
fn they_look_when_the_subject_rests_and_after_each_thing_that_happens_meanwhile() {
    let (link, looks) = watched(&[5 * SECOND]);
    link.answer(&request("GET", "https://emitting.example/read", "")).unwrap();
    assert!(looks.lock().unwrap().is_empty(), "a request is no rest");
    link.clock().sleep(10 * SECOND).unwrap();
    let looked = std::mem::take(&mut *looks.lock().unwrap());
    assert_eq!(looked, [(REQUEST_COST, 0), (REQUEST_COST + SECOND, 1), (5 * SECOND, 1)]);
    let happenings = link.clock().take_happenings();
    assert!(matches!(happenings[0].1, model::Happening::LeftScript { .. }), "{happenings:?}");
    let model::Happening::Delivery(said) = &happenings[1].1 else { panic!("{happenings:?}") };
    assert_eq!((said.from.as_str(), said.to.as_deref()), ("somebody", Some("emitting")));
}

#[test]
fn they_are_waited_for_when_the_subject_has_ended() {
    let (link, looks) = watched(&[5 * SECOND]);
    let next = link.with(Universe::next_inbound).unwrap();
    assert!(next.is_none());
    assert_eq!(*looks.lock().unwrap(), [(0, 0), (SECOND, 1), (5 * SECOND, 1)]);
}

#[test]
fn who_wakes_after_the_end_is_not_waited_for() {
    let (link, looks) = watched(&[2 * super::HOUR]);
    assert!(link.with(Universe::next_inbound).unwrap().is_none());
    assert_eq!(looks.lock().unwrap().len(), 2);
    assert_eq!(link.with(|universe| universe.clock().read()), START + SECOND);
}
