//! The operations by what their paths begin with, computed when the twin is compiled: a twin has hundreds of them, and
//! looking at each would cost more than most answers.

use super::TABLES;
use super::route::Operation;

/// How many lists there are; a number that a `u8` counts to.
const LISTS: usize = 256;
const COUNT: usize = count();

/// Every operation, list by list.
struct Index {
    /// Where each list begins, and where the last one ends.
    begins: [usize; LISTS + 1],
    operations: [&'static Operation; COUNT],
}

static INDEX: Index = Index::make();

/// Every operation whose path may be this one; in the order of their tables.
pub(super) fn candidates(path: &str) -> impl Iterator<Item = &'static Operation> {
    let list = usize::from(list(path.as_bytes()));
    let bounds = INDEX.begins.get(list).zip(INDEX.begins.get(list + 1));
    let found = bounds.and_then(|(begin, end)| INDEX.operations.get(*begin..*end));
    found.unwrap_or_default().iter().copied()
}

impl Index {
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which says where it is wrong")]
    const fn make() -> Self {
        let mut begins = [0; LISTS + 1];
        let mut table = 0;
        while table < TABLES.len() {
            let mut place = 0;
            while place < TABLES[table].len() {
                begins[list(TABLES[table][place].path.as_bytes()) as usize + 1] += 1;
                place += 1;
            }
            table += 1;
        }
        let mut number = 0;
        while number < LISTS {
            begins[number + 1] += begins[number];
            number += 1;
        }
        let mut operations = [&TABLES[0][0]; COUNT];
        let mut free = begins;
        let mut table = 0;
        while table < TABLES.len() {
            let mut place = 0;
            while place < TABLES[table].len() {
                let operation = &TABLES[table][place];
                let list = list(operation.path.as_bytes()) as usize;
                operations[free[list]] = operation;
                free[list] += 1;
                place += 1;
            }
            table += 1;
        }
        Self { begins, operations }
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which says where it is wrong")]
const fn count() -> usize {
    let mut count = 0;
    let mut table = 0;
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
}

/// The list that a path belongs to: by its first segment, below `api` by its third, and by how many segments there are.
/// Paths that one template fits share a list, since no template has a variable segment there.
const fn list(path: &[u8]) -> u8 {
    let is_api = matches!(path, [b'/', b'a', b'p', b'i', b'/', ..]);
    let mut hash: u32 = 0x811c_9dc5;
    let mut number = 0;
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte == b'/' {
            number += 1;
        } else if number == 1 || (number == 3 && is_api) {
            // FNV-1a.
            hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        }
    }
    let hash = (hash ^ number).wrapping_mul(0x0100_0193);
    (hash ^ (hash >> 8) ^ (hash >> 16) ^ (hash >> 24)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::operations;

    #[test]
    fn every_operation_is_among_the_candidates_of_its_own_path() {
        for operation in operations() {
            let path: Vec<_> = operation
                .path
                .split('/')
                .map(|segment| if segment.starts_with('{') { "x%2Fy" } else { segment })
                .collect();
            let path = path.join("/");
            assert!(candidates(&path).any(|found| found.id == operation.id), "{path}");
        }
    }

    #[test]
    fn no_path_has_more_than_a_few_candidates() {
        let most = operations().map(|operation| candidates(operation.path).count()).max().unwrap();
        assert!(most < 40, "{most}");
    }
}
