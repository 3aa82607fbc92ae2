//! `[[act]]`: what the outside world does at a set time, whatever the subject does.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{SPAN, moment, nanoseconds, text};
use crate::{Place, RequestTemplate};

/// Something that nobody in the trial decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// When it happens first, in nanoseconds since the trial's start.
    pub at: u64,
    /// How it goes on; none where it happens once.
    pub again: Option<Again>,
    /// For people.
    pub what: String,
    /// What is sent.
    pub request: RequestTemplate,
    /// Where the file has it.
    pub place: Place,
}

/// How an act goes on after its first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// Nanoseconds from one time to the next, above 0.
    pub every: u64,
    /// First moment at which it no longer happens, in nanoseconds since the trial's start.
    pub until: u64,
}

/// Most acts of a scenario.
const MOST_ACTS: usize = 64;
/// How often all of them may happen.
const MOST_TIMES: u64 = 1_000;
/// Longest description, in characters.
const LONGEST_WHAT: usize = 200;

impl Act {
    /// Reads the `[[act]]` of a scenario whose trials last `virtual_time`.
    pub(crate) fn read_all(
        table: &mut TomlTable<'_>,
        reader: &mut Reader<'_>,
        virtual_time: u64,
    ) -> Option<Vec<Self>> {
        let place = table.key_span("act").unwrap_or(table.span());
        let acts = table.tables(reader, "act", |act, reader| Self::read(act, reader, virtual_time))?;
        if acts.len() > MOST_ACTS {
            reader.mistake(place, format!("{} acts; at most {MOST_ACTS} are read", acts.len()), None);
        }
        let times = acts.iter().map(Self::count).fold(0, u64::saturating_add);
        if times > MOST_TIMES {
            let hint = Some("repeat them less often, or end them sooner with `until`".to_owned());
            reader.mistake(place, format!("the acts happen {times} times; at most {MOST_TIMES} do"), hint);
        }
        Some(acts)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>, virtual_time: u64) -> Option<Self> {
        let place = reader.place(table.span());
        let spans = ["at", "every", "until"].map(|key| table.key_span(key).unwrap_or(table.span()));
        let [at_span, _, until_span] = spans;
        let at = table.required(reader, "at", SPAN, moment);
        let every = table.optional(reader, "every", SPAN, nanoseconds);
        let until = table.optional(reader, "until", SPAN, nanoseconds);
        let what = table.required(reader, "what", WHAT, |value| {
            text(value).filter(|what| what.chars().count() <= LONGEST_WHAT)
        });
        let request = table.required_table(reader, "request", "method and url", RequestTemplate::read);
        let (at, what, request) = (at?, what?, request?);
        let mut wrong = |span, what: &str, hint: &str| reader.mistake(span, what, Some(hint.to_owned()));
        if at > virtual_time {
            wrong(at_span, "the act is later than the trial lasts", LASTS);
        }
        let again = match (every, until) {
            (None, Some(_)) => {
                wrong(until_span, "`until` has no meaning without `every`", "say how often it happens");
                None
            }
            (every, until) => every.map(|every| Again { every, until: until.unwrap_or(virtual_time) }),
        };
        if again.is_some() && until.is_some_and(|until| until > virtual_time) {
            wrong(until_span, "`until` is later than the trial lasts", LASTS);
        }
        if until.is_some_and(|until| until <= at) {
            wrong(until_span, "`until` is not later than `at`", "the act happens at `at` first");
        }
        Some(Self { at, again, what, request, place })
    }

    /// How often it happens.
    fn count(&self) -> u64 {
        let further = self.again.map(|Again { every, until }| {
            let left = until.saturating_sub(self.at).saturating_sub(1);
            left / every.max(1)
        });
        1 + further.unwrap_or(0)
    }

    /// When it happens, in nanoseconds since the trial's start.
    pub fn times(&self) -> impl Iterator<Item = u64> + '_ {
        let every = self.again.map_or(0, |again| again.every);
        (0..self.count()).map(move |time| self.at.saturating_add(every.saturating_mul(time)))
    }
}

const WHAT: &str = "a text of at most 200 characters";
const LASTS: &str = "a trial lasts as long as `virtual_time` in [budget]";

#[cfg(test)]
mod tests {
    use crate::Scenario;

    fn times(act: &str) -> Vec<u64> {
        let text = format!(
            "schema = \"scenario/1\"\nid = \"a\"\ntitle = \"A\"\ngoal = {{ story = \"s\" }}\n\
             budget = {{ virtual_time = \"10s\" }}\n[[act]]\nwhat = \"x\"\n\
             request = {{ method = \"GET\", url = \"https://a.example/\" }}\n{act}"
        );
        let scenario = Scenario::parse("scenario.toml", &text).unwrap();
        scenario.acts[0].times().map(|time| time / 1_000_000_000).collect()
    }

    #[test]
    fn an_act_happens_again_until_the_end_and_not_at_it() {
        assert_eq!(times("at = \"4s\""), [4]);
        assert_eq!(times("at = \"0s\"\nevery = \"3s\"\nuntil = \"6s\""), [0, 3]);
        assert_eq!(times("at = \"1s\"\nevery = \"3s\"\nuntil = \"8s\""), [1, 4, 7]);
        assert_eq!(times("at = \"1s\"\nevery = \"4s\""), [1, 5, 9]);
    }
}
