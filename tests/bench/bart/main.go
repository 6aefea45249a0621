// bart's tables on what lookup_bench --dump wrote: prefixes.txt, and a file for each mix.
// Prints one line a mix and table: name, nanoseconds a lookup, wrong answers.
package main

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gaissmai/bart"
)

type pair struct {
	text string
	set  uint32
}

func read(path string) []pair {
	file, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	var pairs []pair
	for lines := bufio.NewScanner(file); lines.Scan(); {
		text, number, _ := strings.Cut(lines.Text(), " ")
		set, err := strconv.ParseUint(number, 10, 32)
		if err != nil {
			panic(err)
		}
		pairs = append(pairs, pair{text, uint32(set)})
	}
	return pairs
}

type table interface {
	Insert(netip.Prefix, uint32)
	Lookup(netip.Addr) (uint32, bool)
}

const passes = 7

func measure(mix, name string, ask func(netip.Addr) (uint32, bool), queries []pair) {
	addresses := make([]netip.Addr, len(queries))
	for i, query := range queries {
		addresses[i] = netip.MustParseAddr(query.text)
	}
	answers := make([]uint32, len(queries))
	var times []float64
	for range passes {
		start := time.Now()
		for i, address := range addresses {
			answers[i], _ = ask(address)
		}
		times = append(times, float64(time.Since(start).Nanoseconds())/float64(len(addresses)))
	}
	wrong := 0
	for i, query := range queries {
		if answers[i] != query.set {
			wrong++
		}
	}
	slices.Sort(times)
	fmt.Printf("%s/%s\t%.2f\t%d\n", mix, name, times[passes/2], wrong)
}

func main() {
	folder := os.Args[1]
	plain, fast := new(bart.Table[uint32]), new(bart.Fast[uint32])
	for _, prefix := range read(filepath.Join(folder, "prefixes.txt")) {
		for _, t := range []table{plain, fast} {
			t.Insert(netip.MustParsePrefix(prefix.text), prefix.set)
		}
	}
	for _, family := range []string{"IPv4", "IPv6"} {
		for _, mix := range []string{"inside", "log-like", "uniform"} {
			queries := read(filepath.Join(folder, family+"-"+mix+".txt"))
			measure(family+" "+mix, "Go bart.Table, one by one", plain.Lookup, queries)
			measure(family+" "+mix, "Go bart.Fast, one by one", fast.Lookup, queries)
		}
	}
}
