/** Receives OTLP over gRPC and HTTP and decodes proxy spans into hops. */
@NullMarked
package dev.sinter.collector.otlp;

import org.jspecify.annotations.NullMarked;
