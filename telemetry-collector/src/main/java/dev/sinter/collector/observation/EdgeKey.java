package dev.sinter.collector.observation;

/** One caller and one callee. */
record EdgeKey(String caller, String callee) {}
