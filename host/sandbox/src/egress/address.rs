//! Which addresses are not the public internet. From the registries of special-purpose addresses (RFC 6890 and its
//! successors), with every IPv4 address that an IPv6 address carries inside.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for, where it is not for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// No address at all; a connection goes to this machine.
    Unspecified,
    /// This machine.
    Loopback,
    /// A local network.
    Private,
    /// Between a provider and its customers (carrier-grade NAT).
    Shared,
    /// The same wire, also where clouds answer questions about a machine.
    LinkLocal,
    /// A cloud's service about a machine, with credentials in its answers.
    Metadata,
    /// Many receivers.
    Multicast,
    /// Examples in documents.
    Documentation,
    /// Set aside for protocols, measurements or later.
    Reserved,
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::Shared => "shared by a provider's customers",
            Self::LinkLocal => "link-local",
            Self::Metadata => "a cloud's metadata service",
            Self::Multicast => "multicast",
            Self::Documentation => "for documentation",
            Self::Reserved => "reserved",
        })
    }
}

/// First address, length of the prefix in bits, and kind. The first row that holds an address decides.
const IPV4: [(Ipv4Addr, u32, AddressKind); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, AddressKind::Unspecified),
    (Ipv4Addr::new(10, 0, 0, 0), 8, AddressKind::Private),
    // The metadata service of Alibaba Cloud, inside the shared block.
    (Ipv4Addr::new(100, 100, 100, 200), 32, AddressKind::Metadata),
    (Ipv4Addr::new(100, 64, 0, 0), 10, AddressKind::Shared),
    (Ipv4Addr::new(127, 0, 0, 0), 8, AddressKind::Loopback),
    (Ipv4Addr::new(169, 254, 169, 254), 32, AddressKind::Metadata),
    (Ipv4Addr::new(169, 254, 0, 0), 16, AddressKind::LinkLocal),
    // Azure's channel to its machines: public by number, reachable from inside only.
    (Ipv4Addr::new(168, 63, 129, 16), 32, AddressKind::Metadata),
    (Ipv4Addr::new(172, 16, 0, 0), 12, AddressKind::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, AddressKind::Reserved),
    (Ipv4Addr::new(192, 0, 2, 0), 24, AddressKind::Documentation),
    (Ipv4Addr::new(192, 88, 99, 0), 24, AddressKind::Reserved),
    (Ipv4Addr::new(192, 168, 0, 0), 16, AddressKind::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, AddressKind::Reserved),
    (Ipv4Addr::new(198, 51, 100, 0), 24, AddressKind::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, AddressKind::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, AddressKind::Multicast),
];

/// As [`IPV4`]; what is outside of 2000::/3 and in no row is reserved.
const IPV6: [(Ipv6Addr, u32, AddressKind); 12] = [
    (Ipv6Addr::UNSPECIFIED, 128, AddressKind::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, AddressKind::Loopback),
    // NAT64 with a prefix of the network's own.
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, AddressKind::Private),
    // Protocol assignments; Teredo, which lies in it, carries IPv4 and is read before.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, AddressKind::Reserved),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, AddressKind::Documentation),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, AddressKind::Documentation),
    // The metadata services of AWS and Google Cloud, inside the block of local networks.
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128, AddressKind::Metadata),
    (Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254), 128, AddressKind::Metadata),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, AddressKind::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, AddressKind::LinkLocal),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, AddressKind::Private),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, AddressKind::Multicast),
];

/// What is special about an address; none where it is public.
pub(super) fn special(address: IpAddr) -> Option<AddressKind> {
    match address.to_canonical() {
        IpAddr::V4(address) => special_ipv4(address),
        IpAddr::V6(address) => special_ipv6(address),
    }
}

fn special_ipv4(address: Ipv4Addr) -> Option<AddressKind> {
    // The last sixteenth, with the broadcast address at its end.
    if address.octets() >= [240, 0, 0, 0] {
        return Some(AddressKind::Reserved);
    }
    let bits = u32::from(address);
    let holds = |network: Ipv4Addr, length: u32| (bits ^ u32::from(network)).leading_zeros() >= length;
    IPV4.into_iter().find(|(network, length, _)| holds(*network, *length)).map(|(_, _, kind)| kind)
}

fn special_ipv6(address: Ipv6Addr) -> Option<AddressKind> {
    let bits = u128::from(address);
    let holds = |network: Ipv6Addr, length: u32| (bits ^ u128::from(network)).leading_zeros() >= length;
    if let Some(kind) = carried_ipv4(address).into_iter().find_map(special_ipv4) {
        return Some(kind);
    }
    let row = IPV6.into_iter().find(|(network, length, _)| holds(*network, *length));
    match (row, address.segments()) {
        (_, [0x2001, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..]) => None,
        (Some((_, _, kind)), _) => Some(kind),
        (None, [0x2000..=0x3fff, ..]) => None,
        (None, _) => Some(AddressKind::Reserved),
    }
}

/// The IPv4 addresses to which packets for an IPv6 address may travel on: NAT64, 6to4, Teredo (server and client) and
/// the old IPv4-compatible form. That form's first two addresses are `::` and `::1`.
fn carried_ipv4(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let ipv4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Vec::new(),
        [0, 0, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => vec![ipv4(high, low)],
        [0x2002, high, low, ..] => vec![ipv4(high, low)],
        [0x2001, 0, server_high, server_low, _, _, high, low] => {
            vec![ipv4(server_high, server_low), ipv4(!high, !low)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses_are_known_in_every_form() {
        for (address, wanted) in [
            ("0.0.0.0", Some(AddressKind::Unspecified)),
            ("0.1.2.3", Some(AddressKind::Unspecified)),
            ("10.255.255.255", Some(AddressKind::Private)),
            ("11.0.0.0", None),
            ("100.63.255.255", None),
            ("100.64.0.1", Some(AddressKind::Shared)),
            ("100.127.255.255", Some(AddressKind::Shared)),
            ("100.128.0.0", None),
            ("100.100.100.200", Some(AddressKind::Metadata)),
            ("127.0.0.1", Some(AddressKind::Loopback)),
            ("127.255.255.254", Some(AddressKind::Loopback)),
            ("128.0.0.0", None),
            ("168.63.129.16", Some(AddressKind::Metadata)),
            ("168.63.129.17", None),
            ("169.254.169.254", Some(AddressKind::Metadata)),
            ("169.254.0.1", Some(AddressKind::LinkLocal)),
            ("172.15.255.255", None),
            ("172.16.0.1", Some(AddressKind::Private)),
            ("172.31.255.255", Some(AddressKind::Private)),
            ("172.32.0.0", None),
            ("192.0.0.192", Some(AddressKind::Reserved)),
            ("192.0.2.1", Some(AddressKind::Documentation)),
            ("192.88.99.1", Some(AddressKind::Reserved)),
            ("192.168.1.1", Some(AddressKind::Private)),
            ("198.17.255.255", None),
            ("198.19.255.255", Some(AddressKind::Reserved)),
            ("198.20.0.0", None),
            ("198.51.100.7", Some(AddressKind::Documentation)),
            ("203.0.113.7", Some(AddressKind::Documentation)),
            ("223.255.255.255", None),
            ("224.0.0.1", Some(AddressKind::Multicast)),
            ("240.0.0.1", Some(AddressKind::Reserved)),
            ("255.255.255.255", Some(AddressKind::Reserved)),
            ("::", Some(AddressKind::Unspecified)),
            ("::1", Some(AddressKind::Loopback)),
            ("::2", Some(AddressKind::Unspecified)),
            ("::127.0.0.1", Some(AddressKind::Loopback)),
            ("::8.8.8.8", Some(AddressKind::Reserved)),
            ("::ffff:127.0.0.1", Some(AddressKind::Loopback)),
            ("::ffff:8.8.8.8", None),
            ("::ffff:0:127.0.0.1", Some(AddressKind::Reserved)),
            ("64:ff9b::127.0.0.1", Some(AddressKind::Loopback)),
            ("64:ff9b::169.254.169.254", Some(AddressKind::Metadata)),
            ("64:ff9b::8.8.8.8", None),
            ("64:ff9b:1::8.8.8.8", Some(AddressKind::Private)),
            ("100::1", Some(AddressKind::Reserved)),
            ("2001:0:7f00:1::", Some(AddressKind::Loopback)),
            ("2001:0:808:808:0:0:80ff:fffe", Some(AddressKind::Loopback)),
            ("2001:0:808:808:0:0:f7f7:f7f7", None),
            ("2001:2::1", Some(AddressKind::Reserved)),
            ("2001:200::1", None),
            ("2001:db8::1", Some(AddressKind::Documentation)),
            ("2002:a00:1::", Some(AddressKind::Private)),
            ("2002:808:808::", None),
            ("2606:4700::1111", None),
            ("3fff::1", Some(AddressKind::Documentation)),
            ("4000::1", Some(AddressKind::Reserved)),
            ("5f00::1", Some(AddressKind::Reserved)),
            ("fc00::1", Some(AddressKind::Private)),
            ("fd00:ec2::254", Some(AddressKind::Metadata)),
            ("fd20:ce::254", Some(AddressKind::Metadata)),
            ("fe80::1", Some(AddressKind::LinkLocal)),
            ("fec0::1", Some(AddressKind::Private)),
            ("ff02::1", Some(AddressKind::Multicast)),
        ] {
            assert_eq!(special(address.parse().unwrap()), wanted, "{address}");
        }
    }
}
