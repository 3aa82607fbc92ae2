//! By how much a memory grows when there is no room.

use core::alloc::Layout;

/// Bytes of a WebAssembly page.
pub(crate) const PAGE: usize = 1 << 16;
/// Pages of a growth, where the host allows as many.
const USUAL: usize = 16;
/// What the allocator keeps for itself in each part of memory that it is given, and more.
const OWN: usize = 1024;

/// Grows by the usual number of pages, or by what the layout needs where that is more; where the host refuses so many, by
/// what the layout needs. `grow` takes a number of pages and gives the first new one, or nothing where it is refused.
///
/// Returns the first new page and their number; none where the host has no room for the layout.
pub(crate) fn grow_for(
    layout: Layout,
    mut grow: impl FnMut(usize) -> Option<usize>,
) -> Option<(usize, usize)> {
    let bytes = layout.size().checked_add(layout.align())?.checked_add(OWN)?;
    let needed = bytes.div_ceil(PAGE);
    let wanted = needed.max(USUAL);
    let usual = grow(wanted).map(|first| (first, wanted));
    usual.or_else(|| if needed < wanted { grow(needed).map(|first| (first, needed)) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked of a host that has room for so many pages more, and what comes of it.
    fn asked(bytes: usize, room: usize) -> (Vec<usize>, Option<(usize, usize)>) {
        let mut asked = Vec::new();
        let grown = grow_for(Layout::from_size_align(bytes, 8).unwrap(), |pages| {
            asked.push(pages);
            (pages <= room).then_some(40)
        });
        (asked, grown)
    }

    #[test]
    fn it_grows_by_many_pages_at_a_time() {
        assert_eq!(asked(10, 100), (vec![16], Some((40, 16))));
        assert_eq!(asked(20 * PAGE, 100), (vec![21], Some((40, 21))));
    }

    #[test]
    fn under_a_tight_limit_it_takes_what_it_needs() {
        assert_eq!(asked(10, 3), (vec![16, 1], Some((40, 1))));
        assert_eq!(asked(2 * PAGE, 3), (vec![16, 3], Some((40, 3))));
    }

    #[test]
    fn what_has_no_room_is_refused_and_asked_for_once() {
        assert_eq!(asked(10, 0), (vec![16, 1], None));
        assert_eq!(asked(20 * PAGE, 20), (vec![21], None));
        assert_eq!(asked(isize::MAX as usize - 7, usize::MAX).1.map(|(first, _)| first), Some(40));
    }
}
