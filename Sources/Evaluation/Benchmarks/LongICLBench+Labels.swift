extension LongICLBench {
    /// The relations of TACRED that are asked for.
    static let relations = [
        "org:founded_by", "per:employee_of", "org:alternate_names", "per:cities_of_residence", "per:children", "per:title", "per:siblings",
        "per:religion", "per:age", "org:website", "per:stateorprovinces_of_residence", "org:member_of", "org:top_members/employees",
        "per:countries_of_residence", "org:city_of_headquarters", "org:members", "org:country_of_headquarters", "per:spouse",
        "org:stateorprovince_of_headquarters", "org:number_of_employees/members", "org:parents", "org:subsidiaries", "per:origin",
        "org:political/religious_affiliation", "per:other_family", "per:stateorprovince_of_birth", "org:dissolved", "per:date_of_death",
        "org:shareholders", "per:alternate_names", "per:parents", "per:schools_attended", "per:cause_of_death", "per:city_of_death",
        "per:stateorprovince_of_death", "org:founded", "per:country_of_birth", "per:date_of_birth", "per:city_of_birth", "per:charges",
        "per:country_of_death",
    ]

    /// Those of DialogRE.
    static let dialogueRelations = [
        "per:alternate_names", "per:alumni", "per:place_of_residence", "per:employee_or_member_of", "per:girl/boyfriend", "per:title",
        "per:positive_impression", "gpe:residents_of_place", "org:employees_or_members", "per:children", "per:parents", "per:siblings",
        "per:spouse", "per:friends", "per:negative_impression", "per:client", "per:pet", "per:place_of_work", "per:boss", "per:subordinate",
        "per:acquaintance", "per:roommate", "per:dates", "per:other_family", "per:age", "per:visited_place", "gpe:visitors_of_place",
        "per:origin", "per:neighbor", "per:works", "per:schools_attended", "org:students", "per:major", "per:date_of_birth",
    ]
}
