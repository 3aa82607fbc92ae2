//! The time zones that members may live in.

/// A time zone as the service shows it.
pub(crate) struct Zone {
    /// IANA name.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// Seconds east of Greenwich in standard time.
    pub offset: i32,
}

/// The zone of members who named none; the service's own default.
pub(crate) const DEFAULT: &str = "America/Los_Angeles";

/// In alphabetical order. Standard time all year: the twin has no calendar of daylight saving.
const ZONES: &[Zone] = &[
    Zone { name: "America/Chicago", label: "Central Standard Time", offset: -21_600 },
    Zone { name: "America/Denver", label: "Mountain Standard Time", offset: -25_200 },
    Zone { name: "America/Los_Angeles", label: "Pacific Standard Time", offset: -28_800 },
    Zone { name: "America/New_York", label: "Eastern Standard Time", offset: -18_000 },
    Zone { name: "America/Sao_Paulo", label: "Brasilia Standard Time", offset: -10_800 },
    Zone { name: "Asia/Dubai", label: "Gulf Standard Time", offset: 14_400 },
    Zone { name: "Asia/Kolkata", label: "India Standard Time", offset: 19_800 },
    Zone { name: "Asia/Shanghai", label: "China Standard Time", offset: 28_800 },
    Zone { name: "Asia/Singapore", label: "Singapore Standard Time", offset: 28_800 },
    Zone { name: "Asia/Tokyo", label: "Japan Standard Time", offset: 32_400 },
    Zone { name: "Australia/Sydney", label: "Australian Eastern Standard Time", offset: 36_000 },
    Zone { name: "Europe/Amsterdam", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Berlin", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Lisbon", label: "Western European Time", offset: 0 },
    Zone { name: "Europe/London", label: "Greenwich Mean Time", offset: 0 },
    Zone { name: "Europe/Madrid", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Paris", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Rome", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Warsaw", label: "Central European Time", offset: 3_600 },
    Zone { name: "UTC", label: "Coordinated Universal Time", offset: 0 },
];

/// The zone of that name.
pub(crate) fn zone(name: &str) -> Option<&'static Zone> {
    ZONES.iter().find(|zone| zone.name == name)
}

/// The names that there are, for an error that helps.
pub(crate) fn names() -> String {
    ZONES.iter().map(|zone| zone.name).collect::<Vec<_>>().join(", ")
}
