//! The kinds of file that the service tells apart, by the ending of the name.

/// A kind of file.
pub(crate) struct FileType {
    /// The service's own word.
    pub name: &'static str,
    /// For people.
    pub pretty: &'static str,
    /// Media type.
    pub mimetype: &'static str,
    /// Which `types` of `files.list` it belongs to.
    pub group: &'static str,
}

/// What an unknown ending stands for.
const BINARY: FileType =
    FileType { name: "binary", pretty: "Binary", mimetype: "application/octet-stream", group: "all" };

const TYPES: &[(&[&str], FileType)] = &[
    (
        &["txt", "text", "log"],
        FileType { name: "text", pretty: "Plain Text", mimetype: "text/plain", group: "snippets" },
    ),
    (
        &["md", "markdown"],
        FileType { name: "markdown", pretty: "Markdown (raw)", mimetype: "text/plain", group: "snippets" },
    ),
    (&["csv"], FileType { name: "csv", pretty: "CSV", mimetype: "text/csv", group: "snippets" }),
    (&["json"], FileType { name: "json", pretty: "JSON", mimetype: "application/json", group: "snippets" }),
    (&["html", "htm"], FileType { name: "html", pretty: "HTML", mimetype: "text/html", group: "snippets" }),
    (&["xml"], FileType { name: "xml", pretty: "XML", mimetype: "application/xml", group: "snippets" }),
    (&["yaml", "yml"], FileType { name: "yaml", pretty: "YAML", mimetype: "text/plain", group: "snippets" }),
    (&["py"], FileType { name: "python", pretty: "Python", mimetype: "text/x-python", group: "snippets" }),
    (&["rs"], FileType { name: "rust", pretty: "Rust", mimetype: "text/plain", group: "snippets" }),
    (
        &["js"],
        FileType { name: "javascript", pretty: "JavaScript", mimetype: "text/javascript", group: "snippets" },
    ),
    (&["sh"], FileType { name: "shell", pretty: "Shell", mimetype: "text/x-sh", group: "snippets" }),
    (&["png"], FileType { name: "png", pretty: "PNG", mimetype: "image/png", group: "images" }),
    (&["jpg", "jpeg"], FileType { name: "jpg", pretty: "JPEG", mimetype: "image/jpeg", group: "images" }),
    (&["gif"], FileType { name: "gif", pretty: "GIF", mimetype: "image/gif", group: "images" }),
    (&["svg"], FileType { name: "svg", pretty: "SVG", mimetype: "image/svg+xml", group: "images" }),
    (&["pdf"], FileType { name: "pdf", pretty: "PDF", mimetype: "application/pdf", group: "pdfs" }),
    (&["zip"], FileType { name: "zip", pretty: "Zip", mimetype: "application/zip", group: "zips" }),
    (&["mp4"], FileType { name: "mp4", pretty: "MPEG 4 Video", mimetype: "video/mp4", group: "all" }),
    (&["mp3"], FileType { name: "mp3", pretty: "MP3", mimetype: "audio/mpeg", group: "all" }),
];

/// The kind that a file's name tells.
pub(crate) fn of_name(name: &str) -> &'static FileType {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let known = TYPES.iter().find(|(endings, _)| endings.contains(&ending.as_str()));
    known.map_or(&BINARY, |(_, kind)| kind)
}

/// The kind of that name.
pub(crate) fn named(name: &str) -> Option<&'static FileType> {
    TYPES.iter().map(|(_, kind)| kind).find(|kind| kind.name == name)
}

/// Whether the beginning of such a file can be read by people.
pub(crate) fn is_text(mimetype: &str) -> bool {
    mimetype.starts_with("text/") || matches!(mimetype, "application/json" | "application/xml")
}
