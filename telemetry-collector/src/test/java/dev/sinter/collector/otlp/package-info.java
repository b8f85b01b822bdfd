@NullMarked
package dev.sinter.collector.otlp;

import org.jspecify.annotations.NullMarked;
