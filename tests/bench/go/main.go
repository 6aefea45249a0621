// Tables in Go on what dump_queries wrote: prefixes.txt, and a file for each mix.
// Prints one line a mix and table: name, nanoseconds a lookup, wrong answers. Writes the same
// prefixes as servicetags.mmdb, for libmaxminddb.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gaissmai/bart"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/yl2chen/cidranger"
)

type pair struct {
	text string
	set  uint32
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func read(path string) []pair {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	var pairs []pair
	for lines := bufio.NewScanner(file); lines.Scan(); {
		text, number, _ := strings.Cut(lines.Text(), " ")
		set, err := strconv.ParseUint(number, 10, 32)
		check(err)
		pairs = append(pairs, pair{text, uint32(set)})
	}
	return pairs
}

const passes = 7

// measure asks for each address, in the form that `key` makes of its text.
func measure[Key any](title string, key func(string) Key, ask func(Key) uint32, queries []pair) {
	keys := make([]Key, len(queries))
	for i, query := range queries {
		keys[i] = key(query.text)
	}
	answers := make([]uint32, len(queries))
	var times []float64
	for range passes {
		start := time.Now()
		for i, key := range keys {
			answers[i] = ask(key)
		}
		times = append(times, float64(time.Since(start).Nanoseconds())/float64(len(keys)))
	}
	wrong := 0
	for i, query := range queries {
		if answers[i] != query.set {
			wrong++
		}
	}
	slices.Sort(times)
	fmt.Printf("%s\t%.2f\t%d\n", title, times[passes/2], wrong)
}

type entry struct {
	network net.IPNet
	set     uint32
}

func (e entry) Network() net.IPNet { return e.network }

// The most specific of the networks that cidranger gives, which go from the outermost inwards.
func askRanger(ranger cidranger.Ranger) func(net.IP) uint32 {
	return func(ip net.IP) uint32 {
		around, err := ranger.ContainingNetworks(ip)
		check(err)
		if len(around) == 0 {
			return 0
		}
		return around[len(around)-1].(entry).set
	}
}

func writeDatabase(path string, prefixes []pair) {
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		DatabaseType: "servicetags-bench", RecordSize: 24, IncludeReservedNetworks: true,
		DisableIPv4Aliasing: true})
	check(err)
	for _, prefix := range prefixes { // a prefix comes before what it contains
		_, network, err := net.ParseCIDR(prefix.text)
		check(err)
		check(tree.Insert(network, mmdbtype.Uint32(prefix.set)))
	}
	file, err := os.Create(path)
	check(err)
	_, err = tree.WriteTo(file)
	check(err)
	check(file.Close())
}

func main() {
	folder := os.Args[1]
	prefixes := read(filepath.Join(folder, "prefixes.txt"))
	plain, fast := new(bart.Table[uint32]), new(bart.Fast[uint32])
	ranger := cidranger.NewPCTrieRanger()
	for _, prefix := range prefixes {
		plain.Insert(netip.MustParsePrefix(prefix.text), prefix.set)
		fast.Insert(netip.MustParsePrefix(prefix.text), prefix.set)
		_, network, err := net.ParseCIDR(prefix.text)
		check(err)
		check(ranger.Insert(entry{*network, prefix.set}))
	}
	writeDatabase(filepath.Join(folder, "servicetags.mmdb"), prefixes)
	lookup := func(ask func(netip.Addr) (uint32, bool)) func(netip.Addr) uint32 {
		return func(address netip.Addr) uint32 {
			set, _ := ask(address)
			return set
		}
	}
	for _, family := range []string{"IPv4", "IPv6"} {
		for _, mix := range []string{"inside", "log-like", "uniform"} {
			queries := read(filepath.Join(folder, family+"-"+mix+".txt"))
			title := family + " " + mix
			measure(title+"/Go bart.Table, one by one", netip.MustParseAddr, lookup(plain.Lookup), queries)
			measure(title+"/Go bart.Fast, one by one", netip.MustParseAddr, lookup(fast.Lookup), queries)
			measure(title+"/Go cidranger, one by one", net.ParseIP, askRanger(ranger),
				queries[:len(queries)/16])
		}
	}
}
