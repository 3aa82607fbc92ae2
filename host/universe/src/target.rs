//! Where a request goes: the host name that finds a twin, and the path that finds an operation.

/// Host and path of an absolute http or https URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) host: String,
    /// Begins with `/`, without the query.
    pub(crate) path: String,
}

impl Target {
    /// Reads a URL; the error is for whoever wrote it.
    pub(crate) fn of(url: &str) -> Result<Self, String> {
        let parsed = url::Url::parse(url).map_err(|error| format!("`{url}` is not a URL: {error}"))?;
        match (parsed.scheme(), parsed.host_str()) {
            ("http" | "https", Some(host)) => {
                Ok(Self { host: host.to_owned(), path: parsed.path().to_owned() })
            }
            (scheme, _) => Err(format!("`{url}` has the scheme `{scheme}`; twins answer http and https")),
        }
    }
}
