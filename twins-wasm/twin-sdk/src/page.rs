//! One page of a longer list.

/// Some items, and where the following page begins.
#[derive(Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// In the order of the list.
    pub items: Vec<T>,
    /// The key of the first item that is not here; none at the end of the list.
    pub next: Option<String>,
}

/// Draws from `next_item` until the page has `limit` items, and one more to learn whether there are more.
///
/// # Errors
/// Those of `next_item`, unchanged.
pub fn fill_page<T, E>(
    limit: usize,
    mut next_item: impl FnMut() -> Result<Option<(String, T)>, E>,
) -> Result<Page<T>, E> {
    let mut items = Vec::new();
    while let Some((key, item)) = next_item()? {
        if items.len() == limit {
            return Ok(Page { items, next: Some(key) });
        }
        items.push(item);
    }
    Ok(Page { items, next: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(count: u32, limit: usize) -> Page<u32> {
        let mut numbers = 0..count;
        fill_page(limit, || Ok::<_, ()>(numbers.next().map(|n| (n.to_string(), n)))).unwrap()
    }

    #[test]
    fn a_full_last_page_has_no_next() {
        assert_eq!(page_of(3, 2), Page { items: vec![0, 1], next: Some("2".to_owned()) });
        assert_eq!(page_of(2, 2), Page { items: vec![0, 1], next: None });
        assert_eq!(page_of(0, 2), Page { items: vec![], next: None });
    }
}
