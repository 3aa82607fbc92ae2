//! Where a request goes: the host name that finds a twin, and the path that finds an operation.

/// Host and path of an absolute URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) host: String,
    /// Begins with `/`, without the query.
    pub(crate) path: String,
    /// Whether it is the address of sockets.
    pub(crate) is_socket: bool,
}

impl Target {
    /// Reads the URL of a request; the error is for whoever wrote it.
    pub(crate) fn of(url: &str) -> Result<Self, String> {
        let target = Self::read(url)?;
        if target.is_socket {
            return Err(format!("`{url}` is the address of sockets; twins answer http and https"));
        }
        Ok(target)
    }

    /// Reads the URL of a delivery, which may be a message for a socket.
    pub(crate) fn of_delivery(url: &str) -> Result<Self, String> {
        Self::read(url)
    }

    fn read(url: &str) -> Result<Self, String> {
        let parsed = url::Url::parse(url).map_err(|error| format!("`{url}` is not a URL: {error}"))?;
        match (parsed.scheme(), parsed.host_str()) {
            (scheme @ ("http" | "https" | "ws" | "wss"), Some(host)) => Ok(Self {
                host: host.to_owned(),
                path: parsed.path().to_owned(),
                is_socket: scheme.starts_with("ws"),
            }),
            (scheme, _) => Err(format!("`{url}` has the scheme `{scheme}`; twins answer http and https")),
        }
    }
}
