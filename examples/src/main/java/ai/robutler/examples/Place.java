package ai.robutler.examples;

import java.math.BigDecimal;

/** Where on Earth something is. */
record Place(String name, BigDecimal latitude, BigDecimal longitude) {}
