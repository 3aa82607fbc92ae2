//! Where a request goes: the host name that finds a twin, and the path that finds an operation.

/// Why a URL leads to no twin; for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    #[error("`{url}` is not a URL: {why}")]
    NoUrl { url: String, why: url::ParseError },
    #[error("`{url}` has the scheme `{scheme}`; twins answer http and https")]
    Scheme { url: String, scheme: String },
    #[error("`{0}` is the address of sockets; twins answer http and https")]
    Sockets(String),
}

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
    /// Reads the URL of a request.
    pub(crate) fn of(url: &str) -> Result<Self, TargetError> {
        let target = Self::of_delivery(url)?;
        if target.is_socket {
            return Err(TargetError::Sockets(url.to_owned()));
        }
        Ok(target)
    }

    /// Reads the URL of a delivery, which may be a message for a socket.
    pub(crate) fn of_delivery(url: &str) -> Result<Self, TargetError> {
        let parsed = url::Url::parse(url).map_err(|why| TargetError::NoUrl { url: url.to_owned(), why })?;
        match (parsed.scheme(), parsed.host_str()) {
            (scheme @ ("http" | "https" | "ws" | "wss"), Some(host)) => Ok(Self {
                host: host.to_owned(),
                path: parsed.path().to_owned(),
                is_socket: scheme.starts_with("ws"),
            }),
            (scheme, _) => Err(TargetError::Scheme { url: url.to_owned(), scheme: scheme.to_owned() }),
        }
    }
}
