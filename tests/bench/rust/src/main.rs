//! Tables in Rust on what dump_queries wrote: prefixes.txt, and a file for each mix.
//! Prints one line a mix and table: name, nanoseconds a lookup, wrong answers.

use std::fs;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

use ip_network_table::IpNetworkTable;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use prefix_trie::PrefixMap;

const PASSES: usize = 7;

fn read(path: &str) -> Vec<(String, u32)> {
    let text = fs::read_to_string(path).expect(path);
    let pair = |line: &str| {
        let (text, set) = line.split_once(' ').expect("two words");
        (text.to_string(), set.parse().expect("a set"))
    };
    text.lines().map(pair).collect()
}

fn measure<Key: Copy>(title: &str, keys: &[Key], expected: &[u32], ask: impl Fn(Key) -> u32) {
    let mut answers = vec![0; keys.len()];
    let mut times: Vec<f64> = (0..PASSES)
        .map(|_| {
            let start = Instant::now();
            for (answer, key) in answers.iter_mut().zip(keys) {
                *answer = ask(black_box(*key));
            }
            start.elapsed().as_nanos() as f64 / keys.len() as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let wrong = answers.iter().zip(expected).filter(|(a, b)| a != b).count();
    println!("{title}\t{:.2}\t{wrong}", times[PASSES / 2]);
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let mut table = IpNetworkTable::new();
    let (mut trie4, mut trie6) = (PrefixMap::<Ipv4Net, u32>::new(), PrefixMap::<Ipv6Net, u32>::new());
    for (text, set) in read(&format!("{folder}/prefixes.txt")) {
        table.insert(text.parse::<ip_network::IpNetwork>().expect("a prefix"), set);
        match text.parse().expect("a prefix") {
            IpNet::V4(prefix) => trie4.insert(prefix, set),
            IpNet::V6(prefix) => trie6.insert(prefix, set),
        };
    }
    for family in ["IPv4", "IPv6"] {
        for mix in ["inside", "log-like", "uniform"] {
            let queries = read(&format!("{folder}/{family}-{mix}.txt"));
            let expected: Vec<u32> = queries.iter().map(|query| query.1).collect();
            let title = |name: &str| format!("{family} {mix}/Rust {name}, one by one");
            let addresses: Vec<IpAddr> = queries.iter().map(|q| q.0.parse().expect("an address")).collect();
            if family == "IPv4" {
                let keys: Vec<Ipv4Addr> =
                    addresses.iter().map(|a| if let IpAddr::V4(a) = a { *a } else { panic!() }).collect();
                measure(&title("ip_network_table"), &keys, &expected, |key| {
                    table.longest_match_ipv4(key).map_or(0, |found| *found.1)
                });
                measure(&title("prefix-trie"), &keys, &expected, |key| {
                    trie4.get_lpm(&Ipv4Net::from(key)).map_or(0, |found| *found.1)
                });
            } else {
                let keys: Vec<Ipv6Addr> =
                    addresses.iter().map(|a| if let IpAddr::V6(a) = a { *a } else { panic!() }).collect();
                measure(&title("ip_network_table"), &keys, &expected, |key| {
                    table.longest_match_ipv6(key).map_or(0, |found| *found.1)
                });
                measure(&title("prefix-trie"), &keys, &expected, |key| {
                    trie6.get_lpm(&Ipv6Net::from(key)).map_or(0, |found| *found.1)
                });
            }
        }
    }
}
