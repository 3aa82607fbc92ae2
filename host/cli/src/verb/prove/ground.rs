//! What the cases run on: this machine's sandbox, the hostile agent, and how a polite guest fares before the first
//! attack.

use super::cases::SMALL;
use super::folder::OwnFolder;
use crate::bundled::hostile::{BREAKING_TWIN, HOSTILE_AGENT};
use anyhow::{Context as _, ensure};
use glasshouse_model::{Ending, Happening, Seed};
use glasshouse_sandbox::{
    AgentComponent, AgentGrants, AgentRun, Allocation, ArtefactStore, Bill, Compiler, Limits, NoModel,
    NoTools, RandomStream, Sandbox, Settings, Task, Workspace,
};
use glasshouse_universe::{Link, TrialClock, Twin, Universe, World};
use std::path::PathBuf;
use std::sync::Arc;

/// 2026-01-05T09:00:00Z in nanoseconds: when every attack begins in its universe.
pub(super) const START: u64 = 1_767_603_600_000_000_000;
/// How long an attack may last there, in nanoseconds.
const SPAN: u64 = 7_200_000_000_000;

/// What the cases run on.
pub(super) struct Ground {
    agent: AgentComponent,
    sandbox: Sandbox,
    baseline: Baseline,
    folder: OwnFolder,
    /// Limits of the user's policy, in the place of the small ones.
    policy_limits: Option<Limits>,
}

/// What a polite run costs, and what it leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct Baseline {
    bill: Bill,
    live_instances: Option<u64>,
}

impl Ground {
    /// Makes the sandbox as every verb has it, but with artefacts of its own, since they are tampered with.
    pub(super) fn prepare(
        policy_limits: Option<Limits>,
        allocation: Option<Allocation>,
        compiler: Option<Compiler>,
    ) -> anyhow::Result<Self> {
        let folder = OwnFolder::make()?;
        let artefacts = ArtefactStore::open(&artefacts_in(&folder))?;
        let settings = Settings {
            artefacts: Some(artefacts),
            allocation,
            wall_clock: true,
            compiler,
            ..Settings::default()
        };
        let sandbox = Sandbox::new(settings)?;
        let agent = sandbox.load_agent(HOSTILE_AGENT).context("the hostile agent")?;
        let baseline = Baseline { bill: Bill::default(), live_instances: None };
        let mut ground = Self { agent, sandbox, baseline, folder, policy_limits };
        ground.baseline = ground.polite()?;
        Ok(ground)
    }

    /// The sandbox.
    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The limits of a case: the policy's in the place of the small ones, where there is a policy.
    pub(super) fn limits(&self, limits: Limits) -> Limits {
        self.policy_limits.filter(|_| limits == SMALL).unwrap_or(limits)
    }

    /// Whether a policy decides at which limit a guest ends first.
    pub(super) fn has_policy(&self) -> bool {
        self.policy_limits.is_some()
    }

    /// Where compiled artefacts are kept.
    pub(super) fn artefacts(&self) -> PathBuf {
        artefacts_in(&self.folder)
    }

    /// Runs the hostile agent on an input in a universe of these twins.
    pub(super) fn agent(
        &self,
        input: &serde_json::Value,
        twins: &[Arc<Twin>],
        limits: Limits,
    ) -> anyhow::Result<AgentRun> {
        let clock = TrialClock::virtual_from(START, SPAN);
        let universe = Universe::open(twins, World::empty(START), Seed(0), clock.clone())?;
        let grants = AgentGrants {
            clock: Box::new(clock),
            random: RandomStream::new(Seed(0).stream_key("subject")),
            http: Box::new(Link::new(universe)),
            workspace: Box::new(Workspace::in_memory()),
            tools: Box::new(NoTools),
            model: Box::new(NoModel),
        };
        let task = Task { instruction: "Do it.".to_owned(), input: input.to_string() };
        Ok(self.agent.run(grants, limits, &task))
    }

    /// Runs the hostile agent on one thing to do, in a universe without twins.
    pub(super) fn does(&self, what: &str, limits: Limits) -> anyhow::Result<AgentRun> {
        self.agent(&serde_json::json!({ "do": what }), &[], limits)
    }

    /// The twin that breaks on most requests.
    pub(super) fn breaking_twin(&self) -> anyhow::Result<Arc<Twin>> {
        Ok(Arc::new(Twin::load(&self.sandbox, BREAKING_TWIN).context("the breaking twin")?))
    }

    /// A universe of these twins over a world.
    pub(super) fn universe(twins: &[Arc<Twin>], world: World) -> anyhow::Result<Universe> {
        let clock = TrialClock::virtual_from(world.clock(), SPAN);
        Ok(Universe::open(twins, world, Seed(0), clock)?)
    }

    /// Runs a polite guest and tells what differs from before the first attack.
    pub(super) fn notices(&self) -> Option<String> {
        match self.polite() {
            Ok(now) if now == self.baseline => None,
            Ok(now) => Some(format!("it was {:?} and is {now:?}", self.baseline)),
            Err(error) => Some(format!("{error:#}")),
        }
    }

    fn polite(&self) -> anyhow::Result<Baseline> {
        let run = self.does("answer", SMALL)?;
        ensure!(run.ending == Ending::Answered, "it {}", run.ending);
        ensure!(run.log.is_empty(), "it finds {} log lines that are not its own", run.log.len());
        Ok(Baseline { bill: run.bill, live_instances: self.sandbox.live_instances() })
    }
}

/// The text of a run that answered.
pub(super) fn answer(run: &AgentRun) -> Option<&str> {
    match &run.events.last()?.happening {
        Happening::Answered(text) => Some(text),
        _ => None,
    }
}

fn artefacts_in(folder: &OwnFolder) -> PathBuf {
    folder.path().join("artefacts")
}
