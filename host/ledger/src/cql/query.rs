//! A query after parsing: every field, operator and value fit each other.

/// A condition on one context.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// The condition does not hold.
    Not(Box<Query>),
    /// All hold.
    And(Vec<Query>),
    /// One holds at least.
    Or(Vec<Query>),
    /// A text field: one of its texts is as said.
    Text(Field, Comparison, String),
    /// A numeric field is as said; one that is absent is unequal to everything and in no order.
    Number(Field, Comparison, u64),
    /// The context is, or is not, written by a client that is connected.
    Live(bool),
}

/// What a context is looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Its id.
    Id,
    /// What the client calls itself.
    Tag,
    /// Title.
    Title,
    /// Any of its labels.
    Label,
    /// The person on whose behalf it was made.
    User,
    /// The service that writes it.
    Service,
    /// The machine that the service runs on.
    Host,
    /// Trace that it belongs to.
    TraceId,
    /// The context it belongs under.
    Parent,
    /// The first context of its family; its own id where it belongs under none.
    Root,
    /// Milliseconds since 1970.
    Created,
    /// Depth of its head.
    Depth,
    /// Whether a client that writes it is connected.
    IsLive,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `^=`
    StartsWith,
    /// `~=`, whatever the case
    Alike,
    /// `^~=`, whatever the case
    StartsAlike,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

/// What values a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Time,
    Truth,
}

impl Field {
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "tag" => Self::Tag,
            "title" => Self::Title,
            "label" => Self::Label,
            "user" => Self::User,
            "service" => Self::Service,
            "host" => Self::Host,
            "trace_id" => Self::TraceId,
            "parent" => Self::Parent,
            "root" => Self::Root,
            "created" => Self::Created,
            "depth" => Self::Depth,
            "is_live" => Self::IsLive,
            _ => return None,
        })
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Tag
            | Self::Title
            | Self::Label
            | Self::User
            | Self::Service
            | Self::Host
            | Self::TraceId => Kind::Text,
            Self::Id | Self::Parent | Self::Root | Self::Depth => Kind::Number,
            Self::Created => Kind::Time,
            Self::IsLive => Kind::Truth,
        }
    }
}

impl Comparison {
    /// Whether it puts values in an order.
    pub(super) fn is_order(self) -> bool {
        matches!(self, Self::Above | Self::AtLeast | Self::Below | Self::AtMost)
    }

    /// Whether it looks into texts.
    pub(super) fn is_textual(self) -> bool {
        matches!(self, Self::StartsWith | Self::Alike | Self::StartsAlike)
    }
}
