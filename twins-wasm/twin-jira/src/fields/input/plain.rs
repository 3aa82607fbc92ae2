//! Values that are read without a look at the site: words, days and durations.

use serde_json::{Value, json};

use crate::args::scalar;
use crate::entities::Issue;
use crate::moment;

use super::Unfit;

/// The longest summary, in characters.
const LONGEST_SUMMARY: usize = 255;
/// The longest label.
const LONGEST_LABEL: usize = 255;
/// The longest value of a field of a single line.
const LONGEST_LINE: usize = 255;

pub(super) fn summary(value: &Value) -> Result<String, Unfit> {
    let text = match value {
        Value::Null => "",
        Value::String(text) => text.trim(),
        _ => return Err("Operation value must be a string".into()),
    };
    if text.is_empty() {
        return Err("You must specify a summary of the issue.".into());
    }
    if text.contains(['\n', '\r']) {
        return Err("The summary is invalid because it contains newline characters.".into());
    }
    if text.chars().nth(LONGEST_SUMMARY).is_some() {
        return Err("Summary can't exceed 255 characters.".into());
    }
    Ok(text.to_owned())
}

/// A list of labels, each once, in order.
pub(super) fn labels(value: &Value) -> Result<Vec<String>, Unfit> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let items = value.as_array().ok_or("Operation value must be an array")?;
    let mut labels = Vec::new();
    for item in items {
        labels.push(label(item)?);
    }
    labels.sort();
    labels.dedup();
    Ok(labels)
}

/// One label.
pub(crate) fn label(value: &Value) -> Result<String, Unfit> {
    let label = value.as_str().ok_or("string expected at index 0")?;
    if label.contains(char::is_whitespace) {
        return Err(format!("The label '{label}' contains spaces which is invalid.").into());
    }
    if label.is_empty() || label.chars().nth(LONGEST_LABEL).is_some() {
        return Err(
            format!("The label '{label}' exceeds the maximum length for a single label of 255.").into()
        );
    }
    Ok(label.to_owned())
}

pub(super) fn line(value: &Value) -> Result<Value, Unfit> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    if text.chars().nth(LONGEST_LINE).is_some() {
        return Err("The entered text is too long. It exceeds the allowed limit of 255 characters.".into());
    }
    Ok(if text.is_empty() { Value::Null } else { json!(text) })
}

pub(super) fn date(value: &Value) -> Result<Option<String>, Unfit> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if moment::is_date(text) => Ok(Some(text.clone())),
        Value::String(text) => {
            Err(format!("Error parsing date string: {text}. Expected format: yyyy-MM-dd").into())
        }
        _ => Err("Operation value must be a string".into()),
    }
}

pub(super) fn datetime_problem(text: &str) -> Unfit {
    format!("Error parsing time: {text}. Expected format: yyyy-MM-dd'T'HH:mm:ss.SSSZ").into()
}

pub(super) fn timetracking(issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
    let fields = value.as_object().ok_or("expected Object")?;
    let read = |name: &str| match fields.get(name).and_then(scalar) {
        None => Ok(None),
        Some(text) => moment::work_seconds(&text).map(Some).ok_or_else(|| {
            Unfit::Value(format!(
                "'{text}' is not a valid time duration. The valid format is, for example, 4w 3d 2h 1m."
            ))
        }),
    };
    if let Some(original) = read("originalEstimate")? {
        issue.original_estimate = Some(original);
        if issue.remaining_estimate.is_none() && issue.time_spent.is_none() {
            issue.remaining_estimate = Some(original);
        }
    }
    if let Some(remaining) = read("remainingEstimate")? {
        issue.remaining_estimate = Some(remaining);
    }
    Ok(())
}
