//! The commands in a Markdown text: every line of its `sh` fences.
//!
//! A fence opened with `sh serve` holds commands that serve until they are stopped. A comment `# exit N` before
//! a command says with which code it ends. Fences of other shells are refused, because nothing would run them.

use anyhow::{Result, bail};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By itself, with this code.
    Exits(i32),
    /// When it is stopped; it says on stdout when it is ready.
    Serves,
}

/// A command and where it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// From 1.
    pub(super) line: usize,
    pub(super) command: String,
    pub(super) ending: Ending,
}

/// In the order of the text.
pub(super) fn commands(text: &str) -> Result<Vec<Shown>> {
    let mut found = Vec::new();
    let mut fence: Option<Fence> = None;
    let mut code = 0;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(info) = line.strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(Fence::opened(index + 1, info)?) };
            code = 0;
            continue;
        }
        let ending = match fence {
            Some(Fence::Commands) => Ending::Exits(code),
            Some(Fence::Servers) => Ending::Serves,
            Some(Fence::Text) | None => continue,
        };
        if let Some(comment) = line.strip_prefix('#') {
            code = expected_code(comment).unwrap_or(code);
        } else if !line.is_empty() {
            found.push(Shown { line: index + 1, command: line.to_owned(), ending });
            code = 0;
        }
    }
    match fence {
        Some(_) => bail!("a fence is not closed"),
        None => Ok(found),
    }
}

enum Fence {
    Commands,
    Servers,
    Text,
}

impl Fence {
    fn opened(line: usize, info: &str) -> Result<Self> {
        let mut words = info.split_whitespace();
        Ok(match (words.next(), words.next()) {
            (Some("sh"), None) => Self::Commands,
            (Some("sh"), Some("serve")) => Self::Servers,
            (Some("sh"), Some(other)) => bail!("line {line}: `sh {other}` is no kind of fence"),
            (Some(shell @ ("bash" | "shell" | "console" | "zsh")), _) => {
                bail!("line {line}: a fence of {shell} is not run; use sh, or text for what is no command")
            }
            _ => Self::Text,
        })
    }
}

fn expected_code(comment: &str) -> Option<i32> {
    comment.trim().strip_prefix("exit ")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_fence_of_sh_is_a_command_in_the_order_of_the_text() {
        let text =
            "Run\n```sh\ncargo a\n\n# why\ncargo b --c\n```\n`cargo inline`\n- ```sh\n  cargo d\n  ```\n";
        let text = text.replace("- ```", "  ```");
        let shown = commands(&text).unwrap();
        let commands: Vec<_> = shown.iter().map(|shown| (shown.line, shown.command.as_str())).collect();
        assert_eq!(commands, [(3, "cargo a"), (6, "cargo b --c"), (10, "cargo d")]);
        assert!(shown.iter().all(|shown| shown.ending == Ending::Exits(0)));
    }

    #[test]
    fn an_exit_comment_holds_for_the_next_command_only() {
        let shown = commands("```sh\n# exit 1\n# the gate is red\nfalse\ntrue\n```\n").unwrap();
        let endings: Vec<_> = shown.iter().map(|shown| shown.ending).collect();
        assert_eq!(endings, [Ending::Exits(1), Ending::Exits(0)]);
    }

    #[test]
    fn a_fence_of_servers_is_told_from_other_fences_and_text_is_not_run() {
        let shown = commands("```sh serve\nserve it\n```\n```text\nnot me\n```\n```\nnor me\n```\n").unwrap();
        assert_eq!(shown, [Shown { line: 2, command: "serve it".to_owned(), ending: Ending::Serves }]);
    }

    #[test]
    fn a_fence_that_nothing_would_run_is_refused() {
        for (text, reason) in [
            (
                "```bash\nx\n```\n",
                "line 1: a fence of bash is not run; use sh, or text for what is no command",
            ),
            ("\n```sh later\nx\n```\n", "line 2: `sh later` is no kind of fence"),
            ("```sh\nx\n", "a fence is not closed"),
        ] {
            assert_eq!(commands(text).unwrap_err().to_string(), reason);
        }
    }
}
