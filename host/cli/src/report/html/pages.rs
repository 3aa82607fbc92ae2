//! Writes the pages: the first holds records up to its share, the next ones hold what is beyond it.

use super::super::records::TrialRecord;
use super::super::run_folder::{ResultRead, RunFolder};
use super::block::{element, packed};
use super::index::{AllKept, Kept, index, trials};
use super::page::{head, tail};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Most bytes of records in one page.
const LARGEST_PAGE: usize = 20 * 1024 * 1024;
/// Most pages; records beyond them are left out, which the first page says.
const MOST_PAGES: usize = 10;

/// Writes `report.html`, and `report-2.html` and so on where one page does not hold every record.
///
/// # Errors
/// Where the run cannot be read or a page cannot be written.
pub(crate) fn write(run: &RunFolder, into: &Path) -> anyhow::Result<PathBuf> {
    write_within(run, into, LARGEST_PAGE, MOST_PAGES)
}

fn write_within(run: &RunFolder, into: &Path, largest: usize, most: usize) -> anyhow::Result<PathBuf> {
    let mut results = run.results.reader()?;
    let mut kept = AllKept::new();
    let mut left_out = 0;
    let mut pages = vec![Page::begin(into, 0)?];
    for record in run.records()? {
        let mut record = record?;
        let Some(number) = run.results.number(&record.scenario, record.index) else { continue };
        let Some(result) = results.numbered(number)? else { continue };
        let steps = record.events.len();
        let packed = packed(&shown(&mut record, &result))?;
        let last = pages.len() - 1;
        let full = pages.last().is_some_and(|page| page.size > 0 && page.size + packed.len() > largest);
        if full && pages.len() == most {
            left_out += 1;
            continue;
        }
        if full {
            pages.push(Page::begin(into, pages.len())?);
        }
        let place = Kept { page: last + usize::from(full), block: kept.len(), steps };
        if let Some(page) = pages.last_mut() {
            page.add(&place.id(), &packed)?;
        }
        kept.insert(number, place);
    }
    let names: Vec<_> = (0..pages.len()).map(name).collect();
    let index = packed(&index(run, &names, left_out))?;
    let trials = trials(run, &kept)?;
    let last = pages.len();
    for page in pages {
        page.finish(&index, &trials)?;
    }
    remove_older(into, last)?;
    Ok(into.join(name(0)))
}

fn name(page: usize) -> String {
    if page == 0 { "report.html".to_owned() } else { format!("report-{}.html", page + 1) }
}

/// Pages that an earlier, larger report left.
fn remove_older(folder: &Path, from: usize) -> io::Result<()> {
    for page in from.. {
        match fs::remove_file(folder.join(name(page))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed?,
        }
    }
    Ok(())
}

/// What the viewer shows of a trial. Times count from its first event: a page's numbers hold no nanoseconds since 1970.
fn shown(record: &mut TrialRecord, result: &ResultRead) -> Value {
    let at = |event: &Value| event.get("at").and_then(Value::as_u64);
    let start = record.events.iter().find_map(at).unwrap_or_default();
    for event in &mut record.events {
        let since = at(event).unwrap_or(start).saturating_sub(start);
        if let Some(event) = event.as_object_mut() {
            event.insert("at".to_owned(), json!(since));
        }
    }
    json!({
        "start": moment(start),
        "story": record.begun.get("story"),
        "header": record.begun.get("header"),
        "events": std::mem::take(&mut record.events),
        "writes": std::mem::take(&mut record.writes),
        "ending": serde_json::from_str::<Value>(&result.ending).unwrap_or_default(),
        "judgements": result.judgements(),
    })
}

fn moment(nanoseconds: u64) -> Option<String> {
    jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).ok().map(|moment| moment.to_string())
}

/// A page on its way; it gets its name when it is whole.
struct Page {
    part: PathBuf,
    whole: PathBuf,
    writer: BufWriter<File>,
    number: usize,
    /// Bytes of its records.
    size: usize,
}

impl Page {
    fn begin(folder: &Path, number: usize) -> anyhow::Result<Self> {
        let whole = folder.join(name(number));
        let part = folder.join(format!(".{}.{}.part", name(number), std::process::id()));
        let file = File::create(&part).with_context(|| part.display().to_string())?;
        let mut writer = BufWriter::new(file);
        writer.write_all(head().as_bytes())?;
        Ok(Self { part, whole, writer, number, size: 0 })
    }

    fn add(&mut self, id: &str, packed: &str) -> io::Result<()> {
        self.size += packed.len();
        self.writer.write_all(element(id, "", packed).as_bytes())
    }

    fn finish(mut self, index: &str, trials: &str) -> io::Result<()> {
        self.writer.write_all(element("trials", "", trials).as_bytes())?;
        let number = format!(" data-page=\"{}\"", self.number);
        self.writer.write_all(element("index", &number, index).as_bytes())?;
        self.writer.write_all(tail().as_bytes())?;
        self.writer.flush()?;
        fs::rename(&self.part, &self.whole)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Gone under this name where the page became whole.
        let _ = fs::remove_file(&self.part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> RunFolder {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/hostile_run");
        RunFolder::open(Path::new(folder)).unwrap()
    }

    fn blocks(page: &str) -> usize {
        page.matches("<script type=\"application/zlib\" id=\"trial-").count()
    }

    #[test]
    fn records_beyond_a_page_lie_in_the_next_and_those_beyond_all_pages_are_left_out() {
        let (run, folder) = (run(), tempfile::tempdir().unwrap());
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        write_within(&run, folder.path(), usize::MAX, 10).unwrap();
        let all = blocks(&read("report.html"));
        assert!(all > 10, "{all}");

        write_within(&run, folder.path(), 8000, 2).unwrap();
        let (first, second) = (blocks(&read("report.html")), blocks(&read("report-2.html")));
        assert!(first > 0 && second > 0 && first + second < all, "{first} and {second} of {all}");
        assert!(!folder.path().join("report-3.html").exists());

        write_within(&run, folder.path(), usize::MAX, 10).unwrap();
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["report.html"]);
    }
}
