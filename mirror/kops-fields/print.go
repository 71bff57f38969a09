// Prints fields.ts: the fields of kops' API, from its own types. In tools/go/kops: go run ../../../mirror/kops-fields/print.go
package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"k8s.io/kops/pkg/apis/kops/v1alpha2"
	"k8s.io/kops/pkg/apis/kops/v1alpha3"
)

// Clouds that are not AWS.
var others = map[string]bool{"azure": true, "digitalOcean": true, "do": true, "gce": true, "hetzner": true, "linode": true,
	"openstack": true, "scaleway": true}

// A line with all fields that hold no others, then one for each that does, with its own below it.
func fields(t reflect.Type, depth int) {
	names := map[string]reflect.Type{}
	collect(t, names)
	var leaves, inner []string
	for name := range names {
		if others[name] {
			continue
		}
		if suffix, isLeaf := leaf(names[name]); isLeaf {
			leaves = append(leaves, name+suffix)
		} else {
			inner = append(inner, name)
		}
	}
	sort.Strings(leaves)
	sort.Strings(inner)
	indent := strings.Repeat(" ", depth)
	if len(leaves) > 0 {
		fmt.Println(indent + strings.Join(leaves, " "))
	}
	for _, name := range inner {
		fmt.Println(indent + name + ":")
		fields(element(names[name]), depth+1)
	}
}

// Without pointers and lists.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

func leaf(t reflect.Type) (string, bool) {
	t = element(t)
	switch {
	case t.Kind() == reflect.Map:
		return ".*", true
	case t.Kind() != reflect.Struct:
		return "", true
	// What is Kubernetes' own is not looked into.
	case !strings.HasPrefix(t.PkgPath(), "k8s.io/kops/"):
		return ".*", true
	}
	return "", false
}

func collect(t reflect.Type, names map[string]reflect.Type) {
	t = element(t)
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && field.Anonymous:
			collect(field.Type, names)
		case name == "":
			names[field.Name] = field.Type
		default:
			names[name] = field.Type
		}
	}
}

func main() {
	fmt.Println("/** Fields of kops 1.35's API on AWS, each below what it is in, as print.go has printed them; `.*`: whatever is in it. */")
	fmt.Println("export const fieldsOfKops: Readonly<Record<string, string>> = {")
	for _, it := range []struct {
		name string
		spec any
	}{
		{"kops.k8s.io/v1alpha2 Cluster", v1alpha2.ClusterSpec{}},
		{"kops.k8s.io/v1alpha2 InstanceGroup", v1alpha2.InstanceGroupSpec{}},
		{"kops.k8s.io/v1alpha3 Cluster", v1alpha3.ClusterSpec{}},
		{"kops.k8s.io/v1alpha3 InstanceGroup", v1alpha3.InstanceGroupSpec{}},
	} {
		fmt.Printf("  %q: `\n", it.name)
		fields(reflect.TypeOf(it.spec), 0)
		fmt.Println("`,")
	}
	fmt.Println("};")
}
