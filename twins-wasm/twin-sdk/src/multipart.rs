//! Bodies of type `multipart/form-data` (RFC 7578). The whole body is in memory already, so parts borrow from it; the
//! parsers on offer are made for streams and bring an async runtime's types along.

/// The most parts that a body may have.
const MOST_PARTS: usize = 1_000;
/// The most bytes that the head of a part may have.
const LONGEST_HEAD: usize = 8_192;

/// One part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The field's name.
    pub(crate) name: String,
    /// The file's name, for parts that are files.
    pub(crate) filename: Option<String>,
    /// As the sender says; none where it says nothing.
    pub(crate) content_type: Option<String>,
    /// As sent.
    pub(crate) content: &'a [u8],
}

/// A body that is not what its content type says.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum MultipartError {
    /// The content type names no boundary, or none that RFC 2046 allows.
    #[error("the content type names no boundary")]
    NoBoundary,
    /// The body ends before its last boundary.
    #[error("the body ends before its last boundary")]
    Cut,
    /// A part's head cannot be read.
    #[error("a part has no head that can be read")]
    Head,
    /// A part has no name.
    #[error("a part has no name")]
    NoName,
    /// More parts than anybody needs.
    #[error("the body has more than {MOST_PARTS} parts")]
    TooMany,
}

/// The boundary that a content type such as `multipart/form-data; boundary=x` names.
///
/// # Errors
/// [`MultipartError::NoBoundary`].
pub(crate) fn boundary(content_type: &str) -> Result<String, MultipartError> {
    let boundary = parameter(content_type, "boundary").ok_or(MultipartError::NoBoundary)?;
    let legal = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if boundary.is_empty() || boundary.len() > 70 || !boundary.bytes().all(legal) {
        return Err(MultipartError::NoBoundary);
    }
    Ok(boundary)
}

/// The parts of a body, in sending order; a name may repeat.
///
/// # Errors
/// [`MultipartError`].
pub(crate) fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, MultipartError> {
    let dashes = format!("--{boundary}");
    let delimiter = format!("\r\n{dashes}");
    let mut rest = match body.strip_prefix(dashes.as_bytes()) {
        Some(rest) => rest,
        None => split(body, delimiter.as_bytes()).ok_or(MultipartError::Cut)?.1,
    };
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == MOST_PARTS {
            return Err(MultipartError::TooMany);
        }
        let line_end = split(rest, b"\r\n").ok_or(MultipartError::Cut)?;
        if !line_end.0.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return Err(MultipartError::Head);
        }
        // A part without any header begins with the empty line itself.
        let head_and_content = rest.get(line_end.0.len()..).unwrap_or_default();
        let (part, after) = split(head_and_content, delimiter.as_bytes()).ok_or(MultipartError::Cut)?;
        parts.push(read(part)?);
        rest = after;
    }
}

fn read(part: &[u8]) -> Result<Part<'_>, MultipartError> {
    let (head, content) = split(part, b"\r\n\r\n").ok_or(MultipartError::Head)?;
    if head.len() > LONGEST_HEAD {
        return Err(MultipartError::Head);
    }
    let head = std::str::from_utf8(head).map_err(|_| MultipartError::Head)?;
    let field = |name: &str| {
        let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        fields.find(|(field, _)| field.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let disposition = field("content-disposition").ok_or(MultipartError::NoName)?;
    Ok(Part {
        name: parameter(disposition, "name").ok_or(MultipartError::NoName)?,
        filename: parameter(disposition, "filename"),
        content_type: field("content-type").map(str::to_owned),
        content,
    })
}

/// What stands before and after the first occurrence.
fn split<'a>(bytes: &'a [u8], needle: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(needle.len()).position(|window| window == needle)?;
    Some((bytes.get(..at)?, bytes.get(at.checked_add(needle.len())?..)?))
}

/// A parameter of a header field's value; quotes are taken off, and what browsers escape in them is put back.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (text, next) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let (text, next) = after.split_once(';').unwrap_or((after, ""));
                (text.trim().to_owned(), next)
            }
        };
        if name.trim_matches([' ', '\t', ';']).eq_ignore_ascii_case(wanted) {
            return Some(text);
        }
        rest = next;
    }
}

/// A quoted text without its quotes, and what stands behind it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((text.replace("%22", "\""), quoted.get(at.checked_add(1)?..)?)),
            '\\' => text.push(chars.next()?.1),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"preamble\r\n--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA\r\nB\r\n--x\r\n\
        content-disposition: form-data; name=file; filename=\"a \\\"b\\\".txt\"\r\nContent-Type: text/plain\r\n\r\n\
        \x00\xff\r\n--x--\r\nepilogue";

    #[test]
    fn parts_keep_their_bytes() {
        let found = parts(BODY, "x").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].name.as_str(), found[0].content), ("title", &b"A\r\nB"[..]));
        assert_eq!(found[0].filename, None);
        assert_eq!(found[1].filename.as_deref(), Some("a \"b\".txt"));
        assert_eq!(found[1].content_type.as_deref(), Some("text/plain"));
        assert_eq!(found[1].content, b"\x00\xff");
        assert_eq!(parts(b"--x--", "x"), Ok(vec![]));
    }

    #[test]
    fn every_cut_is_refused_and_none_panics() {
        let end = BODY.len() - b"--\r\nepilogue".len();
        for length in 0..end {
            assert!(parts(&BODY[..length], "x").is_err(), "{length}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\"; charset=x"), Ok("a b".to_owned()));
        assert_eq!(boundary("multipart/form-data; Boundary=ab"), Ok("ab".to_owned()));
        for wrong in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; x"] {
            assert_eq!(boundary(wrong), Err(MultipartError::NoBoundary), "{wrong}");
        }
        let nameless = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--";
        assert_eq!(parts(nameless, "x"), Err(MultipartError::NoName));
        assert_eq!(parts(b"--x\r\nno head\r\n--x--", "x"), Err(MultipartError::Head));
        assert_eq!(parts(b"--xy\r\n\r\n\r\n--x--", "x"), Err(MultipartError::Head));
    }
}
