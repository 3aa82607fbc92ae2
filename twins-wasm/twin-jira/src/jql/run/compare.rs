//! Conditions on what stands in an order: numbers, moments, and what the site ranks.

use twin_sdk::TableError;

use crate::entities::Issue;
use crate::state::State;

use super::super::field::{Field, Nature};
use super::super::plan::{Bound, Plan, day};
use super::super::tree::Operator;
use super::super::values::{size, sizes};
use super::order::split_key;

impl Plan {
    /// Whether what the field holds stands on the right side of any of the bounds.
    pub(super) fn compares(
        &self,
        state: &mut State<'_>,
        issue: &Issue,
        field: &Field,
        operator: Operator,
        bounds: &[Bound],
    ) -> Result<bool, TableError> {
        if field.nature() == Nature::Ranked {
            return self.stands(state, issue, field, operator, bounds);
        }
        let held = sizes(state, issue, field)?;
        let any = held.iter().any(|held| bounds.iter().any(|bound| meets(operator, bound, *held)));
        Ok(if operator.is_negative() { !held.is_empty() && !any } else { any })
    }

    /// Whether something that the field holds stands on the right side of a bound in the field's own order.
    fn stands(
        &self,
        state: &mut State<'_>,
        issue: &Issue,
        field: &Field,
        operator: Operator,
        bounds: &[Bound],
    ) -> Result<bool, TableError> {
        for bound in bounds {
            let Bound::Place(bound) = bound else { continue };
            for held in self.ids(state, issue, field)? {
                let order = match field {
                    Field::Issue => {
                        let Some(other) = state.issue(bound)? else { continue };
                        let (one, other) = (split_key(&issue.key), split_key(&other.key));
                        if one.0 != other.0 {
                            continue;
                        }
                        one.1.cmp(&other.1)
                    }
                    _ => self.rank(field, &held).cmp(&self.rank(field, bound)),
                };
                let meets = match operator {
                    Operator::Greater => order.is_gt(),
                    Operator::GreaterEquals => order.is_ge(),
                    Operator::Less => order.is_lt(),
                    _ => order.is_le(),
                };
                if meets {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The place of a priority or version in its order; higher is more.
    pub(super) fn rank(&self, field: &Field, id: &str) -> i64 {
        let kind = if matches!(field, Field::Priority) { "priority" } else { "version" };
        self.ranks.get(&format!("{kind}/{id}")).copied().unwrap_or(-1)
    }
}

/// Whether a number stands on the right side of a bound.
fn meets(operator: Operator, bound: &Bound, held: f64) -> bool {
    let (low, high) = match bound {
        Bound::Number(number) => (*number, *number),
        Bound::Day(ms) => {
            let (start, end) = day(*ms);
            // Only equality means the whole day; other operators mean its beginning.
            if operator.takes_list() || matches!(operator, Operator::Equals | Operator::NotEquals) {
                (size(start), size(end))
            } else {
                (size(start), size(start))
            }
        }
        Bound::Place(_) => return false,
    };
    match operator {
        Operator::Greater => held > high,
        Operator::GreaterEquals => held >= low,
        Operator::Less => held < low,
        Operator::LessEquals => held <= high,
        _ => held >= low && held <= high,
    }
}
