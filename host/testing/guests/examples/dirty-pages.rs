//! An agent that writes to as many 4 KiB pages as its input says, `{"pages": 8}`, and does nothing else: what a
//! run costs the host beside the guest's own work.

use std::sync::atomic::{AtomicU8, Ordering};

use plugin_sdk::{Agent, AgentImports, Answer, Error, Task};

const PAGE: usize = 4096;
const PAGES: usize = 1024;

/// Part of the module's initial memory, so that writing to it moves no limit and allocates nothing.
static MEMORY: [AtomicU8; PAGE * PAGES] = [const { AtomicU8::new(0) }; PAGE * PAGES];

struct DirtyPages;

plugin_sdk::export!(agent: DirtyPages);

impl Agent for DirtyPages {
    fn run(_imports: &mut impl AgentImports, task: &Task) -> Result<Answer, Error> {
        let pages = number(&task.input);
        if pages > PAGES {
            return Err(Error::InvalidArgument(format!("there are {PAGES} pages")));
        }
        for byte in MEMORY.iter().step_by(PAGE).take(pages) {
            byte.store(1, Ordering::Relaxed);
        }
        Ok(Answer { text: String::new() })
    }
}

/// The first number in a text, or 0. Reading JSON properly would cost more than what is measured.
fn number(text: &str) -> usize {
    let digits = text.bytes().skip_while(|byte| !byte.is_ascii_digit()).take_while(u8::is_ascii_digit);
    digits.fold(0, |number: usize, digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')))
}
