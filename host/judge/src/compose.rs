//! The verdict of one trial, from what its judges said.

use glasshouse_model::{JudgeUse, Judged, Judgement, Panel, Ruling, Sealed, TrialClass};

/// What becomes of one trial by its judges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `Judged` or `JudgeError`. Budget and infra are decided by how the subject ended, not here.
    pub class: TrialClass,
    /// Whether it likely satisfies the user; false with a judge error, where nobody knows.
    pub satisfied: bool,
    /// Why it does not satisfy, or why there is no verdict: one line of bounded length; empty where it satisfies.
    pub reason: String,
}

impl Verdict {
    fn satisfied() -> Self {
        Self { class: TrialClass::Judged, satisfied: true, reason: String::new() }
    }

    fn unsatisfied(why: &str) -> Self {
        Self { class: TrialClass::Judged, satisfied: false, reason: one_line(why) }
    }

    fn judge_error(why: &str) -> Self {
        Self { class: TrialClass::JudgeError, satisfied: false, reason: one_line(why) }
    }
}

/// Longest reason, in characters; a judge's full text stays in its judgement.
const LONGEST_REASON: usize = 300;

/// Weighted means are compared with this much leave, so that equal scores reach a cut of the same value in spite of
/// rounding.
const ROUNDING: f64 = 1e-12;

/// Puts together what came of asking the judges of one trial.
///
/// 1. The first blocking judge with a sound score under 1 makes the trial unsatisfied, whatever became of the others:
///    a subject that can break one judge must not turn a fail into a missing trial.
/// 2. Else any judge that failed, is missing, was not asked, ruled twice, scored outside 0 to 1, or abstained though
///    blocking, makes a judge error; so does a trial on which nobody ruled.
///    Fewer soft judges that ruled than the panel asks for make one, too.
/// 3. Else the weighted mean of the soft scores, where there are any, must reach the panel's cut.
///
/// Judges are gone through in the order of the sealed file, so the order of `judged` is of no account.
pub fn compose(sealed: &Sealed, judged: &[Judged]) -> Verdict {
    let parts: Vec<_> = sealed.judges.iter().map(|judge| (judge, Part::of(judge, judged))).collect();
    let failed = parts.iter().find_map(|(judge, part)| match part {
        Part::Score { score, reason } if judge.blocking && *score < 1.0 => Some((&judge.id, reason)),
        _ => None,
    });
    if let Some((id, reason)) = failed {
        return Verdict::unsatisfied(&format!("{id}: {reason}"));
    }
    let error = parts.iter().find_map(|(judge, part)| match part {
        Part::Error(why) => Some((judge.id.as_str(), why.as_str())),
        _ => None,
    });
    let unasked =
        judged.iter().map(Judged::judge).find(|id| sealed.judges.iter().all(|judge| judge.id != *id));
    if let Some((id, why)) = error.or(unasked.map(|id| (id, "was not asked"))) {
        return Verdict::judge_error(&format!("{id}: {why}"));
    }
    if parts.iter().all(|(_, part)| matches!(part, Part::Abstained)) {
        return Verdict::judge_error("no judge ruled");
    }
    panel(sealed.panel, &parts)
}

/// One judge's part in the trial.
enum Part<'a> {
    /// It scored within 0 to 1.
    Score { score: f64, reason: &'a str },
    /// It is soft, and abstained.
    Abstained,
    /// Nothing that it said can be used.
    Error(String),
}

impl<'a> Part<'a> {
    fn of(judge: &JudgeUse, judged: &'a [Judged]) -> Self {
        let mut said = judged.iter().filter(|said| said.judge() == judge.id);
        match (said.next(), said.next()) {
            (None, _) => Self::Error("did not rule".to_owned()),
            (Some(_), Some(_)) => Self::Error("ruled more than once".to_owned()),
            (Some(Judged::Failed { error, .. }), None) => Self::Error(error.clone()),
            (Some(Judged::Ruled(judgement)), None) => Self::of_judgement(judge, judgement),
        }
    }

    fn of_judgement(judge: &JudgeUse, judgement: &'a Judgement) -> Self {
        let reason = judgement.reason.as_str();
        match judgement.ruling {
            Ruling::Score(score) if (0.0..=1.0).contains(&score) => Self::Score { score, reason },
            Ruling::Score(score) => Self::Error(format!("scored {score}, which is not within 0 to 1")),
            Ruling::Abstain if judge.blocking => Self::Error(format!("abstained, but is blocking: {reason}")),
            Ruling::Abstain => Self::Abstained,
        }
    }
}

/// The soft judges' part. Where the cut is missed, the judge that cost the mean most is named.
fn panel(Panel { cut, min_judges }: Panel, parts: &[(&JudgeUse, Part<'_>)]) -> Verdict {
    let soft = || {
        parts.iter().filter_map(|(judge, part)| match part {
            Part::Score { score, reason } if !judge.blocking => Some((judge, *score, *reason)),
            _ => None,
        })
    };
    let (ruled, asked) = (soft().count(), parts.iter().filter(|(judge, _)| !judge.blocking).count());
    if asked > 0 && ruled < min_judges as usize {
        return Verdict::judge_error(&format!(
            "panel: {ruled} of {asked} soft judges ruled; {min_judges} must"
        ));
    }
    let weight: f64 = soft().map(|(judge, ..)| judge.weight).sum();
    let mean = soft().map(|(judge, score, _)| judge.weight * score).sum::<f64>() / weight;
    let cost = |judge: &JudgeUse, score: f64| judge.weight * (1.0 - score);
    match soft().max_by(|(one, s, _), (other, t, _)| cost(one, *s).total_cmp(&cost(other, *t))) {
        None => Verdict::satisfied(),
        Some(_) if mean >= cut - ROUNDING => Verdict::satisfied(),
        Some((worst, _, reason)) => {
            Verdict::unsatisfied(&format!("panel: {mean:.3} is under {cut}; {}: {reason}", worst.id))
        }
    }
}

/// A reason comes from a component that is not ours: one line, no control characters, bounded.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_model::{OwnPanel, Place};

    fn sealed(judges: &[(&str, bool, f64)], cut: f64) -> Sealed {
        let judge = |(id, blocking, weight): &(&str, bool, f64)| JudgeUse {
            id: (*id).into(),
            component: "judge-effects".into(),
            place: Place::file("judge.toml"),
            blocking: *blocking,
            harm: false,
            weight: *weight,
            criterion: serde_json::json!({}),
        };
        let panel = Panel { cut, ..Panel::default() };
        let judges = judges.iter().map(judge).collect();
        Sealed { judges, panel, own_panel: OwnPanel::default(), admission: None, replies: None }
    }

    fn said(judge: &str, ruling: Ruling) -> Judged {
        let reason = format!("{judge}\nsays so\u{1b}");
        Judged::Ruled(Judgement { judge: judge.into(), ruling, reason, evidence: vec![] })
    }

    fn score(judge: &str, score: f64) -> Judged {
        said(judge, Ruling::Score(score))
    }

    fn abstain(judge: &str) -> Judged {
        said(judge, Ruling::Abstain)
    }

    fn failed(judge: &str) -> Judged {
        Judged::Failed { judge: judge.into(), error: "trapped:\nunreachable".into() }
    }

    /// The class and reason of a trial with two blocking judges and two soft ones.
    fn shown(judged: &[Judged]) -> String {
        let judges = [("hard", true, 1.0), ("firm", true, 1.0), ("a", false, 1.0), ("b", false, 3.0)];
        let Verdict { class, satisfied, reason } = compose(&sealed(&judges, 0.5), judged);
        assert_eq!(satisfied, reason.is_empty());
        match class {
            TrialClass::Judged if satisfied => "yes".to_owned(),
            TrialClass::Judged => format!("no: {reason}"),
            TrialClass::JudgeError => format!("error: {reason}"),
            TrialClass::Budget | TrialClass::Infra | TrialClass::UserSimInvalid => {
                panic!("not for compose to say")
            }
        }
    }

    #[test]
    fn sound_judges_rule() {
        let [hard, firm] = ["hard", "firm"].map(|id| score(id, 1.0));
        for (wanted, judged) in [
            ("yes", [hard.clone(), firm.clone(), score("a", 0.5), score("b", 0.5)]),
            ("yes", [score("b", 0.8), score("a", 0.0), firm.clone(), hard.clone()]),
            ("yes", [hard.clone(), firm.clone(), abstain("a"), abstain("b")]),
            ("no: hard: hard says so", [score("hard", 0.99), firm.clone(), score("a", 1.0), score("b", 1.0)]),
            ("no: hard: hard says so", [score("firm", 0.0), score("hard", 0.0), abstain("a"), abstain("b")]),
            ("no: panel: 0.400 is under 0.5; b: b says so", [hard, firm, score("a", 1.0), score("b", 0.2)]),
        ] {
            assert_eq!(shown(&judged), wanted);
        }
    }

    #[test]
    fn a_judge_that_cannot_be_used_is_an_error() {
        let [hard, firm, a, b] = ["hard", "firm", "a", "b"].map(|id| score(id, 1.0));
        for (wanted, judged) in [
            ("error: firm: abstained, but is blocking: firm says so", vec![&hard, &abstain("firm"), &a, &b]),
            (
                "error: a: scored NaN, which is not within 0 to 1",
                vec![&hard, &firm, &score("a", f64::NAN), &b],
            ),
            (
                "error: hard: scored -0.1, which is not within 0 to 1",
                vec![&score("hard", -0.1), &firm, &a, &b],
            ),
            ("error: firm: did not rule", vec![&hard, &a, &b]),
            ("error: a: trapped: unreachable", vec![&hard, &firm, &failed("a"), &score("b", 0.0)]),
            ("error: c: was not asked", vec![&hard, &firm, &a, &b, &score("c", 1.0)]),
            ("error: c: was not asked", vec![&hard, &firm, &a, &b, &failed("c")]),
            ("error: hard: ruled more than once", vec![&hard, &hard, &firm, &a, &b]),
            ("error: hard: ruled more than once", vec![&score("hard", 0.0), &failed("hard"), &firm, &a, &b]),
        ] {
            assert_eq!(shown(&judged.into_iter().cloned().collect::<Vec<_>>()), wanted);
        }
    }

    #[test]
    fn breaking_a_judge_hides_no_fail() {
        let fail = score("firm", 0.5);
        for broken in
            [failed("hard"), score("hard", 7.0), abstain("hard"), score("stranger", 1.0), failed("b")]
        {
            assert_eq!(shown(&[broken, fail.clone()]), "no: firm: firm says so");
        }
        assert_eq!(shown(&[fail]), "no: firm: firm says so");
    }

    #[test]
    fn nobody_ruling_is_no_pass() {
        let verdict = compose(&sealed(&[("a", false, 1.0)], 0.5), &[abstain("a")]);
        assert_eq!(verdict, Verdict::judge_error("no judge ruled"));
    }

    #[test]
    fn a_panel_of_too_few_is_a_judge_error() {
        let mut sealed = sealed(&[("a", false, 1.0), ("b", false, 1.0)], 0.5);
        let judged = [score("a", 1.0), abstain("b")];
        assert_eq!(compose(&sealed, &judged), Verdict::satisfied());
        sealed.panel.min_judges = 2;
        let verdict = compose(&sealed, &judged);
        assert_eq!(verdict, Verdict::judge_error("panel: 1 of 2 soft judges ruled; 2 must"));
    }

    #[test]
    fn equal_scores_reach_a_cut_of_their_value() {
        let sealed = sealed(&[("a", false, 0.1), ("b", false, 0.2), ("c", false, 0.3)], 0.7);
        let all = ["a", "b", "c"].map(|id| score(id, 0.7));
        assert_eq!(compose(&sealed, &all), Verdict::satisfied());
    }

    #[test]
    fn reasons_are_bounded() {
        let long = Judged::Failed { judge: "a".into(), error: "é".repeat(10_000) };
        let verdict = compose(&sealed(&[("a", true, 1.0)], 0.5), &[long]);
        assert_eq!(verdict.reason.chars().count(), LONGEST_REASON);
    }
}
