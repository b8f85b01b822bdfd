package dev.sinter.collector.otlp;

import dev.sinter.collector.hop.Callee;

/** What span attributes become: shared by all messages of a receiver. */
record SpanInterners(Interner<String> names, Interner<Callee> clusters) {}
