"""What a person eats and drinks. One sample is one serving; a day is their sum."""

from healthpartner.canonical.metric import Metric, UnitFamily, define
from healthpartner.canonical.unit_families import GRAMS, KILOCALORIES, MICROGRAMS, MILLIGRAMS, MILLILITRES


def _nutrient(
    code: int, slug: str, name: str, units: UnitFamily, maximum: float, health_kit: str, field: str
) -> Metric:
    return define(
        code, slug, name, units, "sum", (0, maximum), f"{name} taken in with food and drink.",
        domain="nutrition", health_kit=(health_kit,) if health_kit else (),
        health_connect=(f"NutritionRecord.{field}",) if field else (),
    )  # fmt: skip


WATER = define(
    501, "water", "Water", MILLILITRES, "sum", (0, 20_000), "Water drunk.", domain="nutrition",
    health_kit=("DietaryWater",), health_connect=("HydrationRecord",),
)  # fmt: skip

NUTRITION = (
    WATER,
    _nutrient(502, "dietary_energy", "Dietary energy", KILOCALORIES, 20_000, "DietaryEnergyConsumed", "energy"),
    _nutrient(503, "protein", "Protein", GRAMS, 2_000, "DietaryProtein", "protein"),
    _nutrient(504, "carbohydrates", "Carbohydrates", GRAMS, 4_000, "DietaryCarbohydrates", "totalCarbohydrate"),
    _nutrient(505, "fat", "Fat", GRAMS, 2_000, "DietaryFatTotal", "totalFat"),
    _nutrient(506, "saturated_fat", "Saturated fat", GRAMS, 1_000, "DietaryFatSaturated", "saturatedFat"),
    _nutrient(
        507, "monounsaturated_fat", "Monounsaturated fat", GRAMS, 1_000, "DietaryFatMonounsaturated",
        "monounsaturatedFat",
    ),
    _nutrient(
        508, "polyunsaturated_fat", "Polyunsaturated fat", GRAMS, 1_000, "DietaryFatPolyunsaturated",
        "polyunsaturatedFat",
    ),
    _nutrient(509, "trans_fat", "Trans fat", GRAMS, 500, "", "transFat"),
    _nutrient(510, "fiber", "Fibre", GRAMS, 500, "DietaryFiber", "dietaryFiber"),
    _nutrient(511, "sugar", "Sugar", GRAMS, 2_000, "DietarySugar", "sugar"),
    _nutrient(512, "cholesterol", "Dietary cholesterol", MILLIGRAMS, 20_000, "DietaryCholesterol", "cholesterol"),
    _nutrient(513, "sodium", "Sodium", MILLIGRAMS, 100_000, "DietarySodium", "sodium"),
    _nutrient(514, "potassium", "Potassium", MILLIGRAMS, 100_000, "DietaryPotassium", "potassium"),
    _nutrient(515, "calcium", "Calcium", MILLIGRAMS, 50_000, "DietaryCalcium", "calcium"),
    _nutrient(516, "iron", "Iron", MILLIGRAMS, 5_000, "DietaryIron", "iron"),
    _nutrient(517, "magnesium", "Magnesium", MILLIGRAMS, 50_000, "DietaryMagnesium", "magnesium"),
    _nutrient(518, "zinc", "Zinc", MILLIGRAMS, 5_000, "DietaryZinc", "zinc"),
    _nutrient(519, "caffeine", "Caffeine", MILLIGRAMS, 20_000, "DietaryCaffeine", "caffeine"),
    _nutrient(520, "vitamin_a", "Vitamin A", MICROGRAMS, 1_000_000, "DietaryVitaminA", "vitaminA"),
    _nutrient(521, "vitamin_b6", "Vitamin B6", MILLIGRAMS, 10_000, "DietaryVitaminB6", "vitaminB6"),
    _nutrient(522, "vitamin_b12", "Vitamin B12", MICROGRAMS, 1_000_000, "DietaryVitaminB12", "vitaminB12"),
    _nutrient(523, "vitamin_c", "Vitamin C", MILLIGRAMS, 200_000, "DietaryVitaminC", "vitaminC"),
    _nutrient(524, "vitamin_d", "Vitamin D", MICROGRAMS, 100_000, "DietaryVitaminD", "vitaminD"),
    _nutrient(525, "vitamin_e", "Vitamin E", MILLIGRAMS, 50_000, "DietaryVitaminE", "vitaminE"),
    _nutrient(526, "vitamin_k", "Vitamin K", MICROGRAMS, 1_000_000, "DietaryVitaminK", "vitaminK"),
    _nutrient(527, "folate", "Folate", MICROGRAMS, 1_000_000, "DietaryFolate", "folate"),
    _nutrient(528, "iodine", "Iodine", MICROGRAMS, 1_000_000, "DietaryIodine", "iodine"),
    _nutrient(529, "selenium", "Selenium", MICROGRAMS, 100_000, "DietarySelenium", "selenium"),
    _nutrient(530, "phosphorus", "Phosphorus", MILLIGRAMS, 100_000, "DietaryPhosphorus", "phosphorus"),
    _nutrient(531, "thiamin", "Thiamin", MILLIGRAMS, 50_000, "DietaryThiamin", "thiamin"),
    _nutrient(532, "riboflavin", "Riboflavin", MILLIGRAMS, 50_000, "DietaryRiboflavin", "riboflavin"),
    _nutrient(533, "niacin", "Niacin", MILLIGRAMS, 50_000, "DietaryNiacin", "niacin"),
    _nutrient(
        534, "pantothenic_acid", "Pantothenic acid", MILLIGRAMS, 50_000, "DietaryPantothenicAcid", "pantothenicAcid"
    ),
    _nutrient(535, "biotin", "Biotin", MICROGRAMS, 1_000_000, "DietaryBiotin", "biotin"),
    _nutrient(536, "copper", "Copper", MILLIGRAMS, 5_000, "DietaryCopper", "copper"),
    _nutrient(537, "manganese", "Manganese", MILLIGRAMS, 5_000, "DietaryManganese", "manganese"),
    _nutrient(538, "chromium", "Chromium", MICROGRAMS, 100_000, "DietaryChromium", "chromium"),
    _nutrient(539, "molybdenum", "Molybdenum", MICROGRAMS, 100_000, "DietaryMolybdenum", "molybdenum"),
    _nutrient(540, "chloride", "Chloride", MILLIGRAMS, 100_000, "DietaryChloride", "chloride"),
)  # fmt: skip
