//! A query's tree as `jql/parse` shows it.

use serde_json::{Value, json};

use super::tree::{Clause, FieldName, Operand, Query, Term};

/// The structure of a query.
pub(crate) fn structure(query: &Query) -> Value {
    let mut shown = serde_json::Map::new();
    if let Some(condition) = &query.condition {
        shown.insert("where".to_owned(), clause(condition));
    }
    if !query.order.is_empty() {
        let fields = query.order.iter().map(|sort| {
            let mut shown = json!({"field": field(&sort.field)});
            if let (Some(descending), Some(shown)) = (sort.descending, shown.as_object_mut()) {
                shown.insert("direction".to_owned(), json!(if descending { "desc" } else { "asc" }));
            }
            shown
        });
        shown.insert("orderBy".to_owned(), json!({"fields": fields.collect::<Vec<_>>()}));
    }
    Value::Object(shown)
}

fn clause(shown: &Clause) -> Value {
    let list = |clauses: &[Clause]| clauses.iter().map(clause).collect::<Vec<_>>();
    match shown {
        Clause::And(clauses) => json!({"clauses": list(clauses), "operator": "and"}),
        Clause::Or(clauses) => json!({"clauses": list(clauses), "operator": "or"}),
        Clause::Not(inner) => json!({"clauses": [clause(inner)], "operator": "not"}),
        Clause::Term(shown) => term(shown),
    }
}

fn term(term: &Term) -> Value {
    let mut shown = json!({"field": field(&term.field), "operator": term.operator.sign()});
    let Some(fields) = shown.as_object_mut() else { return shown };
    if let Some(given) = &term.operand {
        fields.insert("operand".to_owned(), operand(given));
    }
    if !term.predicates.is_empty() || term.operand.is_none() {
        let predicates = term
            .predicates
            .iter()
            .map(|(predicate, given)| json!({"operator": predicate.word(), "operand": operand(given)}));
        fields.insert("predicates".to_owned(), json!(predicates.collect::<Vec<_>>()));
    }
    shown
}

fn field(name: &FieldName) -> Value {
    json!({"name": name.to_string()})
}

fn operand(given: &Operand) -> Value {
    match given {
        Operand::Text(text) => json!({"value": text}),
        Operand::Number(number) => json!({"value": number.to_string()}),
        Operand::Function(name, arguments) => json!({"function": name, "arguments": arguments}),
        Operand::List(items) => json!({"values": items.iter().map(operand).collect::<Vec<_>>()}),
        Operand::Empty => json!({"keyword": "empty"}),
    }
}
