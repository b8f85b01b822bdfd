/** Which way requests go: the desired mesh, turned into Envoy configuration and moved there without losing a request. */
@NullMarked
package dev.sinter.control.routing;

import org.jspecify.annotations.NullMarked;
