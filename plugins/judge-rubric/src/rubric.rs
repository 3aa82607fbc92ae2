//! One question to one model.

use plugin_sdk::criterion::{effects, history};
use plugin_sdk::{Error, Judge, JudgeImports, Verdict};

use crate::criterion::Criterion;
use crate::excerpt::Excerpt;
use crate::prompt::request;
use crate::reply::verdict;

/// Judges a trial by what a model says of one criterion. It abstains where the model does; a model that cannot be asked, and a
/// reply that is not of the form that was asked for, are errors of the judge.
#[derive(Debug)]
pub struct Rubric;

impl Judge for Rubric {
    fn judge(imports: &mut impl JudgeImports, criterion: &str) -> Result<Verdict, Error> {
        let criterion = Criterion::parse(criterion)?;
        let (history, effects) = (history(imports), effects(imports));
        let excerpt = Excerpt::of(&history, &effects, &criterion.shown, criterion.excerpt);
        let story = imports.story();
        let reply = imports.complete(&request(&criterion, &story, &excerpt))?;
        verdict(&reply, &excerpt.events)
    }
}

#[cfg(test)]
mod tests;
