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
    Zone { name: "Africa/Cairo", label: "Eastern European Time", offset: 7_200 },
    Zone { name: "Africa/Johannesburg", label: "South Africa Standard Time", offset: 7_200 },
    Zone { name: "Africa/Lagos", label: "West Africa Standard Time", offset: 3_600 },
    Zone { name: "Africa/Nairobi", label: "East Africa Time", offset: 10_800 },
    Zone { name: "America/Anchorage", label: "Alaska Standard Time", offset: -32_400 },
    Zone { name: "America/Argentina/Buenos_Aires", label: "Argentina Standard Time", offset: -10_800 },
    Zone { name: "America/Bogota", label: "Colombia Standard Time", offset: -18_000 },
    Zone { name: "America/Chicago", label: "Central Standard Time", offset: -21_600 },
    Zone { name: "America/Denver", label: "Mountain Standard Time", offset: -25_200 },
    Zone { name: "America/Halifax", label: "Atlantic Standard Time", offset: -14_400 },
    Zone { name: "America/Indiana/Indianapolis", label: "Eastern Standard Time", offset: -18_000 },
    Zone { name: "America/Los_Angeles", label: "Pacific Standard Time", offset: -28_800 },
    Zone { name: "America/Mexico_City", label: "Central Standard Time", offset: -21_600 },
    Zone { name: "America/New_York", label: "Eastern Standard Time", offset: -18_000 },
    Zone { name: "America/Phoenix", label: "Mountain Standard Time", offset: -25_200 },
    Zone { name: "America/Santiago", label: "Chile Standard Time", offset: -14_400 },
    Zone { name: "America/Sao_Paulo", label: "Brasilia Standard Time", offset: -10_800 },
    Zone { name: "America/St_Johns", label: "Newfoundland Standard Time", offset: -12_600 },
    Zone { name: "America/Toronto", label: "Eastern Standard Time", offset: -18_000 },
    Zone { name: "America/Vancouver", label: "Pacific Standard Time", offset: -28_800 },
    Zone { name: "Asia/Bangkok", label: "Indochina Time", offset: 25_200 },
    Zone { name: "Asia/Dhaka", label: "Bangladesh Standard Time", offset: 21_600 },
    Zone { name: "Asia/Dubai", label: "Gulf Standard Time", offset: 14_400 },
    Zone { name: "Asia/Hong_Kong", label: "Hong Kong Standard Time", offset: 28_800 },
    Zone { name: "Asia/Jakarta", label: "Western Indonesia Time", offset: 25_200 },
    Zone { name: "Asia/Jerusalem", label: "Israel Standard Time", offset: 7_200 },
    Zone { name: "Asia/Karachi", label: "Pakistan Standard Time", offset: 18_000 },
    Zone { name: "Asia/Kathmandu", label: "Nepal Time", offset: 20_700 },
    Zone { name: "Asia/Kolkata", label: "India Standard Time", offset: 19_800 },
    Zone { name: "Asia/Kuala_Lumpur", label: "Malaysia Time", offset: 28_800 },
    Zone { name: "Asia/Manila", label: "Philippine Standard Time", offset: 28_800 },
    Zone { name: "Asia/Riyadh", label: "Arabian Standard Time", offset: 10_800 },
    Zone { name: "Asia/Seoul", label: "Korean Standard Time", offset: 32_400 },
    Zone { name: "Asia/Shanghai", label: "China Standard Time", offset: 28_800 },
    Zone { name: "Asia/Singapore", label: "Singapore Standard Time", offset: 28_800 },
    Zone { name: "Asia/Taipei", label: "Taipei Standard Time", offset: 28_800 },
    Zone { name: "Asia/Tehran", label: "Iran Standard Time", offset: 12_600 },
    Zone { name: "Asia/Tokyo", label: "Japan Standard Time", offset: 32_400 },
    Zone { name: "Australia/Adelaide", label: "Australian Central Standard Time", offset: 34_200 },
    Zone { name: "Australia/Brisbane", label: "Australian Eastern Standard Time", offset: 36_000 },
    Zone { name: "Australia/Melbourne", label: "Australian Eastern Standard Time", offset: 36_000 },
    Zone { name: "Australia/Perth", label: "Australian Western Standard Time", offset: 28_800 },
    Zone { name: "Australia/Sydney", label: "Australian Eastern Standard Time", offset: 36_000 },
    Zone { name: "Europe/Amsterdam", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Athens", label: "Eastern European Time", offset: 7_200 },
    Zone { name: "Europe/Belgrade", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Berlin", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Brussels", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Bucharest", label: "Eastern European Time", offset: 7_200 },
    Zone { name: "Europe/Copenhagen", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Dublin", label: "Greenwich Mean Time", offset: 0 },
    Zone { name: "Europe/Helsinki", label: "Eastern European Time", offset: 7_200 },
    Zone { name: "Europe/Istanbul", label: "Turkey Time", offset: 10_800 },
    Zone { name: "Europe/Kiev", label: "Eastern European Time", offset: 7_200 },
    Zone { name: "Europe/Lisbon", label: "Western European Time", offset: 0 },
    Zone { name: "Europe/London", label: "Greenwich Mean Time", offset: 0 },
    Zone { name: "Europe/Madrid", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Moscow", label: "Moscow Standard Time", offset: 10_800 },
    Zone { name: "Europe/Oslo", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Paris", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Prague", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Rome", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Stockholm", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Vienna", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Warsaw", label: "Central European Time", offset: 3_600 },
    Zone { name: "Europe/Zurich", label: "Central European Time", offset: 3_600 },
    Zone { name: "Pacific/Auckland", label: "New Zealand Standard Time", offset: 43_200 },
    Zone { name: "Pacific/Honolulu", label: "Hawaii Standard Time", offset: -36_000 },
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
