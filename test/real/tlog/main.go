// Reads a log as another's program does (filippo.io/torchwood, golang.org/x/mod/sumdb): the signatures of log and witness, every tile and bundle over HTTP,
// and the proofs that we made. Usage: tlog ADDRESS PROOFS.json
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type given struct {
	Log, Witness string
	Included     []struct {
		Leaf  string
		Index int64
		Proof []string
	}
	Continued []struct {
		Size  int64
		Root  string
		Proof []string
	}
}

func main() {
	var g given
	file, err := os.ReadFile(os.Args[2])
	must(err)
	must(json.Unmarshal(file, &g))
	log, err := note.NewVerifier(g.Log)
	must(err)
	witness, err := torchwood.NewCosignatureVerifier(g.Witness)
	must(err)
	tiles, err := torchwood.NewTileFetcher(os.Args[1])
	must(err)
	ctx := context.Background()
	signed, err := tiles.ReadEndpoint(ctx, "checkpoint")
	must(err)
	policy := torchwood.ThresholdPolicy(3, torchwood.OriginPolicy(log.Name()), torchwood.SingleVerifierPolicy(log), torchwood.SingleVerifierPolicy(witness))
	checkpoint, _, err := torchwood.VerifyCheckpoint(signed, policy)
	must(err)
	client, err := torchwood.NewClient(tiles)
	must(err)
	entries := 0
	for range client.AllEntries(ctx, checkpoint.Tree, 0) {
		entries++
	}
	must(client.Err())
	for _, i := range g.Included {
		must(tlog.CheckRecord(hashes(i.Proof), checkpoint.N, checkpoint.Hash, i.Index, tlog.RecordHash([]byte(i.Leaf))))
	}
	for _, c := range g.Continued {
		must(tlog.CheckTree(tlog.TreeProof(hashes(c.Proof)), checkpoint.N, checkpoint.Hash, c.Size, hash(c.Root)))
	}
	fmt.Printf("%d entries, %d inclusions, %d continuations\n", entries, len(g.Included), len(g.Continued))
}

func hashes(all []string) []tlog.Hash {
	read := []tlog.Hash{}
	for _, one := range all {
		read = append(read, hash(one))
	}
	return read
}

func hash(text string) tlog.Hash {
	read, err := tlog.ParseHash(text)
	must(err)
	return read
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
