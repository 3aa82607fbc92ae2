//! The table, and the rules that its rows have to keep.

/// What a method promises, and so what a row has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Holds in every cell: at least the nominal share, less three standard errors of the simulation.
    Exact,
    /// Holds within its design rules: at least the nominal share less two points.
    Approximate,
    /// The same method outside of its rules, where it falls short and the reports say so.
    Outside,
    /// A rejected method where it fails: at most the nominal share less two points.
    Control,
    /// Shown, but nothing is asked of it.
    Shown,
}

/// Points that an approximate method may fall short by.
const LEAVE: f64 = 0.02;

/// One cell of one case with one method.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) case: &'static str,
    pub(crate) cell: String,
    pub(crate) method: &'static str,
    pub(crate) class: Class,
    /// What is promised: a share of intervals that hold, or of batches that are not passed wrongly.
    pub(crate) nominal: f64,
    pub(crate) actual: f64,
    /// Repeats; none where every outcome was enumerated.
    pub(crate) repeats: Option<u32>,
}

impl Row {
    /// Standard error of the simulation.
    pub(crate) fn error(&self) -> f64 {
        self.repeats.map_or(0.0, |repeats| (self.actual * (1.0 - self.actual) / f64::from(repeats)).sqrt())
    }

    /// Whether it keeps its rule.
    pub(crate) fn is_kept(&self) -> bool {
        match self.class {
            // Enumerations leave rounding alone.
            Class::Exact => self.actual >= self.nominal - 3.0 * self.error() - 1e-9,
            Class::Approximate => self.actual >= self.nominal - LEAVE,
            Class::Outside | Class::Control => self.actual < self.nominal - LEAVE,
            Class::Shown => true,
        }
    }
}

/// Counts how often each of several methods held.
pub(crate) struct Counts {
    case: &'static str,
    cell: String,
    repeats: u32,
    held: Vec<(&'static str, Class, f64, u32)>,
}

impl Counts {
    pub(crate) fn new(case: &'static str, cell: String, repeats: u32) -> Self {
        Self { case, cell, repeats, held: Vec::new() }
    }

    /// Adds one repeat of a method.
    pub(crate) fn add(&mut self, method: &'static str, class: Class, nominal: f64, held: bool) {
        match self.held.iter_mut().find(|(name, ..)| *name == method) {
            Some((.., count)) => *count += u32::from(held),
            None => self.held.push((method, class, nominal, u32::from(held))),
        }
    }

    pub(crate) fn rows(self) -> Vec<Row> {
        let Self { case, cell, repeats, held } = self;
        let row = |(method, class, nominal, count): (&'static str, Class, f64, u32)| Row {
            case,
            cell: cell.clone(),
            method,
            class,
            nominal,
            actual: f64::from(count) / f64::from(repeats),
            repeats: Some(repeats),
        };
        held.into_iter().map(row).collect()
    }
}

/// Prints the table; how many rows break their rule.
pub(crate) fn print(rows: &[Row], repeats: u32) -> usize {
    println!(
        "{repeats} repeats a simulated cell; nominal and actual are shares of batches in which the method is right\n"
    );
    let mut case = "";
    for row in rows {
        if row.case != case {
            case = row.case;
            println!("{case}");
        }
        let (promise, verdict) = (promise(row.class), if row.is_kept() { "" } else { "   BROKEN" });
        let (cell, method, nominal, actual) = (&row.cell, row.method, row.nominal, row.actual);
        println!(
            "  {cell:44} {method:28} {promise:12} {nominal:.3}  {actual:.4} +- {:.4}{verdict}",
            row.error()
        );
    }
    let broken = rows.iter().filter(|row| !row.is_kept()).count();
    println!("\n{}", summary(rows));
    println!("{} rows, {broken} break their rule", rows.len());
    broken
}

fn promise(class: Class) -> &'static str {
    match class {
        Class::Exact => "exact",
        Class::Approximate => "approx",
        Class::Outside => "outside",
        Class::Control => "must fail",
        Class::Shown => "shown",
    }
}

/// The worst row of each promise.
fn summary(rows: &[Row]) -> String {
    let classes = [Class::Exact, Class::Approximate, Class::Outside, Class::Control];
    let lines = classes.into_iter().filter_map(|class| {
        let of = rows.iter().filter(|row| row.class == class);
        let count = of.clone().count();
        let gap = |row: &Row| row.actual - row.nominal;
        let worst = match class {
            Class::Exact | Class::Approximate | Class::Shown => of.min_by(|a, b| gap(a).total_cmp(&gap(b))),
            Class::Outside | Class::Control => of.max_by(|a, b| gap(a).total_cmp(&gap(b))),
        }?;
        let (name, actual, nominal) = (promise(class), worst.actual, worst.nominal);
        let nearest = format!("{}, {}, {}", worst.case, worst.cell, worst.method);
        Some(format!(
            "{name:10} {count:4} rows; nearest to its bound: {actual:.4} of {nominal:.3} ({nearest})"
        ))
    });
    lines.collect::<Vec<_>>().join("\n")
}
