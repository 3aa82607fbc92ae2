//! What happens, with its duration.

/// What happens to a request, or to what a twin sends of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The service refuses for having had too many requests; the client may come back after that many nanoseconds.
    RateLimit(u64),
    /// The service breaks while it works on the request.
    ServerError,
    /// The service takes no requests.
    Unavailable,
    /// The answer comes that many nanoseconds later.
    Latency(u64),
    /// The request is lost; the client waits that many nanoseconds for nothing.
    Timeout(u64),
    /// The service does its work, and the connection breaks before the answer has come.
    Cut,
    /// A reading request is answered from the state of that many nanoseconds ago.
    StaleRead(u64),
    /// What the twin sends of its own accord is sent twice.
    Duplicate,
    /// What the twin sends of its own accord falls due up to that many nanoseconds later, so that others overtake it.
    Reorder(u64),
}

impl FaultKind {
    /// One of each, with durations of 0.
    pub(super) const ALL: [Self; 9] = [
        Self::RateLimit(0),
        Self::ServerError,
        Self::Unavailable,
        Self::Latency(0),
        Self::Timeout(0),
        Self::Cut,
        Self::StaleRead(0),
        Self::Duplicate,
        Self::Reorder(0),
    ];

    /// All of them, for messages.
    pub(super) fn choice() -> String {
        format!("one of {}", Self::ALL.map(Self::name).join(", "))
    }

    /// As rules name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RateLimit(_) => "rate_limit",
            Self::ServerError => "server_error",
            Self::Unavailable => "unavailable",
            Self::Latency(_) => "latency",
            Self::Timeout(_) => "timeout",
            Self::Cut => "cut",
            Self::StaleRead(_) => "stale_read",
            Self::Duplicate => "duplicate",
            Self::Reorder(_) => "reorder",
        }
    }

    /// Its duration in nanoseconds; none for a kind without one.
    pub fn duration(self) -> Option<u64> {
        match self {
            Self::RateLimit(span)
            | Self::Latency(span)
            | Self::Timeout(span)
            | Self::StaleRead(span)
            | Self::Reorder(span) => Some(span),
            Self::ServerError | Self::Unavailable | Self::Cut | Self::Duplicate => None,
        }
    }

    /// Whether it meets what a twin sends of its own accord, rather than requests to it.
    pub fn is_of_deliveries(self) -> bool {
        matches!(self, Self::Duplicate | Self::Reorder(_))
    }

    pub(super) fn with_duration(self, span: u64) -> Self {
        match self {
            Self::RateLimit(_) => Self::RateLimit(span),
            Self::Latency(_) => Self::Latency(span),
            Self::Timeout(_) => Self::Timeout(span),
            Self::StaleRead(_) => Self::StaleRead(span),
            Self::Reorder(_) => Self::Reorder(span),
            Self::ServerError | Self::Unavailable | Self::Cut | Self::Duplicate => self,
        }
    }
}
