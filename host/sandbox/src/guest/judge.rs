//! Judges: one store, one look at one finished trial.

use super::{classify, error_text, store};
use crate::bindings::judge::{JudgePre, exports::glasshouse::judge::judging as wit};
use crate::capability::{Error, Host, Model, Outcome};
use crate::engine::{OneEngine, Sandbox};
use crate::error::{CallError, LoadError, Refusal};
use crate::limits::Limits;
use crate::loader::ComponentError;
use crate::role::Role;
use glasshouse_model::{Judgement, Ruling, Trajectory};
use std::sync::Arc;

/// A loaded judge.
pub struct JudgeComponent {
    engine: Arc<OneEngine>,
    pre: JudgePre<Host>,
}

/// What a judge gets to see.
pub struct JudgeGrants {
    /// What happened.
    pub trajectory: Arc<Trajectory>,
    /// The worlds before and after.
    pub outcome: Box<dyn Outcome>,
    /// Which model answers it.
    pub model: Box<dyn Model>,
}

impl Sandbox {
    /// Loads a component as a judge.
    ///
    /// # Errors
    /// [`ComponentError`] where it is no component, or none of this role.
    pub fn load_judge(&self, bytes: &[u8]) -> Result<JudgeComponent, ComponentError> {
        let component = self.load(Role::Judge, bytes)?;
        let pre = self.linkers.judge.instantiate_pre(&component).and_then(JudgePre::new);
        let pre = pre.map_err(|error| LoadError::Invalid(format!("{error:#}")))?;
        Ok(JudgeComponent { engine: self.engine.clone(), pre })
    }
}

impl JudgeComponent {
    /// Asks for a verdict. The inner error is the judge's own: it could not read its criterion, say.
    ///
    /// # Errors
    /// [`CallError`] where the judge trapped or reached a limit, or the host broke.
    pub fn judge(
        &self,
        name: &str,
        criterion: &str,
        grants: JudgeGrants,
        limits: Limits,
    ) -> Result<Result<Judgement, Refusal>, CallError> {
        let mut host = Host::new(limits);
        host.trajectory = Some(grants.trajectory);
        host.outcome = Some(grants.outcome);
        host.model = grants.model;
        let verdict = self.call(criterion, host)?;
        Ok(verdict.map(|verdict| judgement(name, verdict)).map_err(|error| Refusal(error_text(error))))
    }

    /// Looks whether the judge reads a criterion, before there is any trial: it is called without one. A judge that reads
    /// its criterion first says what is wrong with it; whatever else comes of the call is of no account.
    ///
    /// # Errors
    /// What the judge says against the criterion.
    pub fn reads(&self, criterion: &str, limits: Limits) -> Result<(), Refusal> {
        match self.call(criterion, Host::new(limits)) {
            Ok(Err(error @ Error::InvalidArgument(_))) => Err(Refusal(error_text(error))),
            _ => Ok(()),
        }
    }

    fn call(&self, criterion: &str, host: Host) -> Result<Result<wit::Verdict, Error>, CallError> {
        let mut store = store(&self.engine, host)?;
        self.pre
            .instantiate(&mut store)
            .and_then(|judge| judge.glasshouse_judge_judging().call_judge(&mut store, criterion))
            .map_err(|error| classify(&error))
    }
}

fn judgement(judge: &str, verdict: wit::Verdict) -> Judgement {
    let ruling = match verdict.ruling {
        wit::Ruling::Score(score) => Ruling::Score(score),
        wit::Ruling::Abstain => Ruling::Abstain,
    };
    Judgement { judge: judge.to_owned(), ruling, reason: verdict.reason, evidence: verdict.evidence }
}
